/// How many notifications a lane puts into one transaction: as many as can be written in good time.
///
/// A transaction that takes all that has gathered grows with the backlog until it runs into the statement's time limit,
/// and then nothing at all is written any more. So a slow database gets smaller batches, and a quick one larger.
struct BatchSize: Sendable {
    /// What a transaction may take; callers wait 2 s at most.
    static let target: Duration = .milliseconds(500)
    /// Fewer would not help where each transaction is slow for another reason than its size.
    static let minimum = 16
    /// Before anything is known: soon enough at the maximum, and small enough for a database that is slow.
    static let start = 64

    let maximum: Int
    private(set) var current: Int

    init(maximum: Int) {
        self.maximum = maximum
        current = min(BatchSize.start, maximum)
    }

    /// Learns from a transaction, whether or not it succeeded.
    mutating func learn(count: Int, took duration: Duration) {
        if duration > BatchSize.target {
            let fitting = Int(Double(count) * (BatchSize.target / duration))
            current = max(min(BatchSize.minimum, maximum), min(current, fitting))
        } else if duration < BatchSize.target / 2 {
            current = min(maximum, max(current, 2 * count))
        }
    }
}
