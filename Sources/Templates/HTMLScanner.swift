/// Follows HTML as far as it takes to know where in it a value would stand, and so how the value is to be escaped.
///
/// The text between a template's tags is fed to it in the order in which it is written. A section must leave it where it
/// was, so that this is also the order in which it is printed, however often.
///
/// **Source:** the tokenizer of html.spec.whatwg.org §13.2.5, less what makes no difference here.
struct HTMLScanner {
    private enum Place: Equatable {
        case text, comment
        /// Behind `<`.
        case element
        /// Within a tag, outside of quotes.
        case tag
        /// Behind `=`.
        case beforeValue
        case quoted(UInt8)
        case unquoted
        /// In a script or a style sheet, where no value may stand.
        case raw
    }

    private var place = Place.text
    /// What has been read of a word that is not over.
    private var word: [UInt8] = []
    private var element = ""
    /// The attribute whose value comes next or has begun.
    private var attribute = ""
    /// Whether nothing of the attribute's value has been printed so far.
    var isAtStart = true
    /// Whether an `=` was read without a name before it.
    private(set) var lacksName = false

    private static let addressAttributes: Set = [
        "href", "src", "action", "formaction", "cite", "poster", "background", "data", "longdesc", "xlink:href",
    ]
    /// What is read there is a language of its own.
    private static let forbiddenAttributes: Set = ["style", "srcset", "srcdoc"]

    /// Whether other HTML may stand here.
    var isBetweenTags: Bool { place == .text }

    /// Whether a section that began at `other` may end here.
    func isWhere(_ other: HTMLScanner) -> Bool {
        place == other.place && element == other.element && attribute == other.attribute
    }

    /// Whether a section may begin or end here: not within what only becomes something by what comes after it, which may
    /// or may not be printed.
    var isDivisible: Bool {
        switch place {
        case .element: false
        case .comment: word.last != UInt8(ascii: "-")
        case .raw: !word.contains(UInt8(ascii: "<"))
        case .text, .tag, .beforeValue, .quoted, .unquoted: true
        }
    }

    /// Divides attributes where a section begins or ends among them: what is a word before and what is one behind it are
    /// two, and a name is not one of an `=` that is behind it.
    /// - Returns: whether it takes a space to make it so.
    mutating func breakWord() -> Bool {
        guard place == .tag else { return false }
        let isWithinWord = !word.isEmpty
        begin(.tag)
        return isWithinWord
    }

    /// How a value that stands here is escaped; nil where none may stand.
    mutating func escaping() -> Escaping? {
        switch place {
        case .text, .comment: return .html
        case .element, .tag, .beforeValue, .unquoted, .raw: return nil
        case .quoted:
            defer { isAtStart = false }
            if attribute.hasPrefix("on") || HTMLScanner.forbiddenAttributes.contains(attribute) { return nil }
            return HTMLScanner.addressAttributes.contains(attribute) ? .url(isWhole: isAtStart, inHTML: true) : .html
        }
    }

    mutating func read(_ bytes: ArraySlice<UInt8>) {
        for byte in bytes { read(byte) }
    }

    private mutating func read(_ byte: UInt8) {
        switch place {
        case .text: if byte == UInt8(ascii: "<") { begin(.element) }
        case .comment: if hasRead("-->", with: byte) { begin(.text) }
        case .raw: if hasRead("</\(element)", with: byte) { begin(.tag, element: "/") }
        case .element: readElement(byte)
        case .tag: readTag(byte)
        case .beforeValue: readBeforeValue(byte)
        case .quoted(let quote): if byte == quote { endValue() } else { isAtStart = false }
        case .unquoted:
            if byte == UInt8(ascii: ">") { endTag() } else if HTMLScanner.isSpace(byte) { endValue() }
        }
    }

    private mutating func begin(_ place: Place, element: String? = nil) {
        self.place = place
        if let element { self.element = element }
        (word, attribute, isAtStart) = ([], "", true)
    }

    /// Whether the bytes up to this one end so.
    private mutating func hasRead(_ ending: String, with byte: UInt8) -> Bool {
        word.append(HTMLScanner.small(byte))
        if word.count > ending.utf8.count { word.removeFirst() }
        return word.elementsEqual(ending.utf8)
    }

    private mutating func readElement(_ byte: UInt8) {
        let letter = HTMLScanner.small(byte)
        let isName =
            !word.isEmpty || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter) || "/!?".utf8.contains(letter)
        if byte == UInt8(ascii: ">"), isName {
            element = String(decoding: word, as: UTF8.self)
            endTag()
        } else if HTMLScanner.isSpace(byte), isName {
            begin(.tag, element: String(decoding: word, as: UTF8.self))
        } else if !isName {
            // A `<` that begins no tag.
            begin(byte == UInt8(ascii: "<") ? .element : .text)
        } else {
            word.append(letter)
            if word.elementsEqual("!--".utf8) {
                begin(.comment)
                // `<!-->` is a whole comment.
                word = Array("--".utf8)
            }
        }
    }

    private mutating func readTag(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: ">"): endTag()
        case UInt8(ascii: "="):
            endAttributeName()
            if attribute.isEmpty { lacksName = true }
            place = .beforeValue
        case UInt8(ascii: "/"),
            _ where HTMLScanner.isSpace(byte):
            endAttributeName()
        default: word.append(HTMLScanner.small(byte))
        }
    }

    private mutating func endAttributeName() {
        if !word.isEmpty { attribute = String(decoding: word, as: UTF8.self) }
        word = []
    }

    private mutating func readBeforeValue(_ byte: UInt8) {
        if HTMLScanner.isSpace(byte) { return }
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): (place, isAtStart) = (.quoted(byte), true)
        case UInt8(ascii: ">"): endTag()
        default: place = .unquoted
        }
    }

    private mutating func endValue() { begin(.tag) }

    private mutating func endTag() {
        let name = element.hasSuffix("/") ? String(element.dropLast()) : element
        begin(["script", "style"].contains(name) ? .raw : .text, element: name)
        if place == .text { element = "" }
    }

    private static func small(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte <= UInt8(ascii: " ") }
}
