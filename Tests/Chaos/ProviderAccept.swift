/// A message that a provider took, as it noted it before it answered.
struct ProviderAccept: Equatable, Sendable {
    /// Unix time in µs.
    var at: Int64
    var notification: String
    var idempotencyKey: String
    /// Nil where the provider is not told.
    var attempt: Int?
    /// Of the permit it was sent under; nil where the provider is not told.
    var fence: Int64?
}

extension ProviderAccept {
    /// A line of the simulator's journal: `<unix µs> <route> <notification> <target> <attempt> <word> <key> <fence>`.
    init?(journalLine line: Substring) {
        let words = line.split(separator: " ")
        guard words.count == 8, let at = Int64(words[0]), let attempt = Int(words[4]) else { return nil }
        self.init(
            at: at, notification: words[2].lowercased(), idempotencyKey: String(words[6]), attempt: attempt,
            fence: Int64(words[7]))
    }

    /// What the receiver of webhooks noted; nil for a call that it did not take.
    init?(_ entry: HistoryEntry) {
        guard let answer = entry.note.flatMap(WebhookAnswer.init), answer.accepts, let id = entry.ids?.first else {
            return nil
        }
        self.init(at: entry.at, notification: id, idempotencyKey: entry.key, attempt: nil, fence: nil)
    }
}
