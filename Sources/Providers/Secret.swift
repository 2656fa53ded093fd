/// A word that only a provider is told: a key, a token. Shown, it is an ellipsis.
public struct Secret: Sendable, Hashable {
    let value: String

    public init(_ value: String) { self.value = value }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible {
    public var description: String { "…" }
    public var debugDescription: String { description }
}
