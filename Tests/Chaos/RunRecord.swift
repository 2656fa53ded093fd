/// What a run was, as it lies beside its histories.
struct RunRecord: Codable, Equatable, Sendable {
    var run: ChaosRun
    var seed: UInt64
    var seconds: Double
    var expectation: Expectation
    /// How often each message stands in the logs of all processes.
    var logged: [String: Int] = [:]
    /// A bound was passed or a process ended unasked, so that the run itself went wrong.
    var troubles: [String] = []
}
