public import Foundation
public import Notifications

/// A message that the simulated provider took, noted when it took it and before it answered: what a real provider would
/// have sent on, whether or not the caller ever learns of it.
public struct SimulatorAccept: Sendable, Hashable {
    public var at: Date
    public var route: Route
    public var notificationId: UUID
    public var targetId: String
    public var idempotencyKey: String
    public var attempt: Int
    /// Of the permit; nil outside of a worker.
    public var fence: Int64?
    /// Whether the caller will be told in time.
    public var isAnswered: Bool

    /// Made once: it is a bitmap of all of Unicode.
    private static let plainCharacters = CharacterSet.alphanumerics.union(.punctuationCharacters)

    /// `<unix µs> <route> <notificationId> <target id> <attempt> accepted|unknown <idempotency key>
    /// <fence>\n`, spaces in ids and keys percent-encoded, `-` for no fence.
    var line: String {
        func word(_ text: String) -> String {
            text.addingPercentEncoding(withAllowedCharacters: SimulatorAccept.plainCharacters) ?? "-"
        }
        let words = [
            String(Int(at.timeIntervalSince1970 * 1_000_000)), route.rawValue, notificationId.text, word(targetId),
            String(attempt), isAnswered ? "accepted" : "unknown", word(idempotencyKey),
            fence.map(String.init) ?? "-",
        ]
        return words.joined(separator: " ") + "\n"
    }
}
