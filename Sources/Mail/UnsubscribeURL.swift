/// Where a reader may unsubscribe: an entry of `List-Unsubscribe`.
///
/// **Source:** RFC 2369 §3.2, RFC 8058.
public struct UnsubscribeURL: Sendable, Hashable {
    public let text: String

    /// Whether it can be offered as one click, which has to be by https.
    public var isHTTPS: Bool { text.lowercased().hasPrefix("https://") }

    public init(_ text: String) throws(MailError) {
        let schemes = ["https://", "http://", "mailto:"]
        guard let scheme = schemes.first(where: text.lowercased().hasPrefix), text.utf8.count > scheme.utf8.count,
            text.utf8.count <= 900, text.utf8.allSatisfy({ (33...126).contains($0) && !"<>,\"".utf8.contains($0) })
        else { throw .invalidUnsubscribeURL }
        self.text = text
    }
}
