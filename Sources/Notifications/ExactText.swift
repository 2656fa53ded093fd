/// A text that equals only what is the same byte by byte, as in Postgres. To `String` an "é" of one character and one of
/// two are the same, and two users would be one.
public struct ExactText: Sendable, Hashable, ExpressibleByStringLiteral {
    public var text: String

    public init(_ text: String) { self.text = text }

    public init(stringLiteral text: String) { self.text = text }

    public static func == (left: ExactText, right: ExactText) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    public func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        // Of no text's bytes, so that two texts in a row are not another two.
        hasher.combine(0xFF as UInt8)
    }
}
