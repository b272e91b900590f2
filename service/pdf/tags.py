"""The logical tree of a document and the canvas that ties it to what is painted.

The tree of `Node` is made from the blocks before anything is laid out; painting
only appends (page, number) to a node's kids. So page breaks and repeated table
heads cannot disturb the order in which a screen reader reads. Whatever belongs
to no node is an artifact.

Uses parts of reportlab that are not its public interface; the tests of this
package check every file operator by operator, so an upgrade that breaks it is seen.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFName, PDFObject, PDFStream
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.textobject import PDFTextObject


@dataclass(slots=True)
class Node:
    """A structure element; `kids` are nodes, (page, number) of marked content, or the number of an annotation."""

    tag: str
    parent: "Node | None" = None
    attributes: str = ""  # written into /A as it stands
    alt: str = ""
    kids: list[Any] = field(default_factory=list)
    number: int = 0  # of its object in the file

    def add(self, tag: str, attributes: str = "", alt: str = "") -> "Node":
        """A new last child."""
        child = Node(tag, self, attributes, alt)
        self.kids.append(child)
        return child


class Raw(PDFObject):
    """An object whose text we write ourselves: ten thousand structure elements as dictionaries would cost seconds."""

    def __init__(self, text: str = "") -> None:
        self.text = text

    def format(self, document: Any) -> bytes:
        return self.text.encode("latin-1")


def pdf_text(text: str) -> str:
    """A text string of the file format, in hexadecimal UTF-16."""
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"


class SpacedText(PDFTextObject):
    """A text object whose lines end with a real space, or "GemeindeMusterstadt" is what a screen reader reads."""

    joined: list[bool]  # for each line: does its last word go on in the next line?

    def _textOut(self, text: str, line_ends: int = 0) -> None:  # noqa: N802  # reportlab's name
        if line_ends and text and not (self.joined.pop(0) if self.joined else False) and not text.endswith(("-", " ")):
            text += " "
        super()._textOut(text, line_ends)


class TaggedCanvas(Canvas):
    """A canvas that writes marked content, the structure tree and the page frames.

    `decorate(canvas, page, pages)` paints head and foot of each page when the number of pages is known.
    """

    def __init__(
        self, *args: Any, tagged: bool, decorate: Callable[[Any, int, int], None], metadata: dict[str, str], root: Node, **kw: Any
    ) -> None:
        self.tagged = tagged
        self.decorate = decorate
        self.metadata = metadata
        self.root = root
        self._code: list[str] = []
        self.counts: list[list[Node]] = []  # per page: the owner of each marked content number
        self.links: list[Node] = []
        self._owners: list[Node] = []
        super().__init__(*args, **kw)

    # Painting

    @contextmanager
    def marked(self, node: Node | None) -> Iterator[None]:
        """What is painted inside belongs to the node; to nobody (an artifact) without one."""
        if not self.tagged:
            yield
            return
        if node is None:
            self._code.append("/Artifact BMC")
        else:
            number = len(self._owners)
            self._owners.append(node)
            node.kids.append((len(self.counts), number))
            self._code.append(f"/{node.tag} <</MCID {number}>> BDC")
        yield
        self._code.append("EMC")

    def link(self, node: Node, href: str, rect: tuple[float, float, float, float], text: str) -> None:
        """A web link over a rectangle of the current coordinates, part of the node."""
        annotation = PDFDictionary({"Contents": Raw(pdf_text(text)), "F": 4})
        if self.tagged:
            annotation["StructParent"] = Raw(str(LINK_KEYS + len(self.links)))
        self.linkURL(href, rect, relative=1, **annotation.dict)
        node.kids.append((self._annotationrefs[-1].name, len(self.counts)))
        self.links.append(node)

    def _setAnnotations(self, page: Any) -> None:  # noqa: N802  # reportlab's name
        super()._setAnnotations(page)
        page.Trans = None  # reportlab writes an empty one
        if self.tagged:
            page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
            page.StructParents = len(self.counts)
            page.Tabs = PDFName("S")
        self.counts.append(self._owners)
        self._owners = []

    # Finishing

    def save(self) -> None:
        """Frame every page, write the tree, close the file."""
        if self._code:
            self.showPage()
        pages = self._doc.Pages.pages
        for number, page in enumerate(pages, 1):
            self._code = []
            self.saveState()
            with self.marked(None):
                self.decorate(self, number, len(pages))
            self.restoreState()
            page.stream += "\n".join(self._code) + "\n"
        self._code = []
        if self.tagged:
            self._write_tree(len(pages))
        super().save()

    def _object(self, text: str, name: str) -> int:
        self._doc.Reference(Raw(text), name)
        return int(self._doc.idToObjectNumberAndVersion[name][0])

    def _write_tree(self, pages: int) -> None:
        document, catalog = self._doc, self._doc.Catalog
        page_refs = [f"{document.idToObjectNumberAndVersion[f'Page{i}'][0]} 0 R" for i in range(1, pages + 1)]
        root = self._object("", "structure root")
        nodes = list(_walk(self.root))
        for i, node in enumerate(nodes):
            node.number = self._object("", f"structure {i}")
        for i, node in enumerate(nodes):
            document.idToObject[f"structure {i}"].text = self._element(node, root, page_refs)
        owners = [f"{page} [{' '.join(f'{node.number} 0 R' for node in owned)}]" for page, owned in enumerate(self.counts)]
        owners += [f"{LINK_KEYS + i} {node.number} 0 R" for i, node in enumerate(self.links)]
        parents = self._object(f"<</Nums [{' '.join(owners)}]>>", "structure parents")
        document.idToObject["structure root"].text = (
            f"<</Type /StructTreeRoot /K [{self.root.number} 0 R] /ParentTree {parents} 0 R "
            f"/ParentTreeNextKey {LINK_KEYS + len(self.links)} /RoleMap <</Title /P>>>>"
        )
        catalog.StructTreeRoot = document.idToObject["structure root"]
        catalog.MarkInfo = Raw("<</Marked true>>")
        catalog.ViewerPreferences = Raw("<</DisplayDocTitle true>>")
        about = PDFStream(PDFDictionary({"Type": PDFName("Metadata"), "Subtype": PDFName("XML")}), xmp(self.metadata).encode())
        about.filters = []
        catalog.Metadata = about

    def _element(self, node: Node, root: int, pages: list[str]) -> str:
        parent = node.parent.number if node.parent else root
        home = next((kid[0] for kid in node.kids if isinstance(kid, tuple) and isinstance(kid[0], int)), None)
        kids = []
        for kid in node.kids:
            match kid:
                case Node():
                    kids.append(f"{kid.number} 0 R")
                case (int(page), number) if page == home:
                    kids.append(str(number))
                case (int(page), number):
                    kids.append(f"<</Type /MCR /Pg {pages[page]} /MCID {number}>>")
                case (str(name), page):
                    annotation = self._doc.idToObjectNumberAndVersion[name][0]
                    kids.append(f"<</Type /OBJR /Pg {pages[page]} /Obj {annotation} 0 R>>")
        where = f" /Pg {pages[home]}" if home is not None else ""
        alt = f" /Alt {pdf_text(node.alt)}" if node.alt else ""
        attributes = f" /A {node.attributes}" if node.attributes else ""
        inside = kids[0] if len(kids) == 1 else f"[{' '.join(kids)}]"
        return f"<</Type /StructElem /S /{node.tag} /P {parent} 0 R{where}{alt}{attributes} /K {inside}>>"


LINK_KEYS = 1_000_000  # keys of links in the parent tree, far above any number of pages


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for kid in node.kids:
        if isinstance(kid, Node):
            yield from _walk(kid)


def xmp(metadata: dict[str, str]) -> str:
    """The metadata packet: title, author, language, date, and the mark by which checkers know what to check."""
    m = {key: escape(value) for key, value in metadata.items()}
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{m["title"]}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{m["author"]}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{m["subject"]}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>{m["language"]}</rdf:li></rdf:Bag></dc:language>
<xmp:CreateDate>{m["date"]}</xmp:CreateDate><xmp:ModifyDate>{m["date"]}</xmp:ModifyDate>
<xmp:CreatorTool>{m["creator"]}</xmp:CreatorTool><pdf:Producer>{m["producer"]}</pdf:Producer>
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""
