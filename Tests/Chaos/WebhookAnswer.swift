/// How the receiver of webhooks answers a call.
enum WebhookAnswer: String, CaseIterable, Sendable {
    case accept
    /// Takes it, and lets the caller's deadline pass.
    case acceptThenSilence
    /// Takes it, and resets the connection.
    case acceptThenReset
    /// Takes it, and answers 500.
    case acceptThenFail
    /// Answers 429.
    case throttle
    /// Neither takes it nor answers.
    case hang
    /// Kills the worker that calls.
    case kill

    var accepts: Bool {
        switch self {
        case .accept, .acceptThenSilence, .acceptThenReset, .acceptThenFail: true
        case .throttle, .hang, .kill: false
        }
    }

    /// What the worker must make of it.
    var outcome: String {
        switch self {
        case .accept: "accepted"
        case .acceptThenSilence, .acceptThenReset, .acceptThenFail, .hang, .kill: "unknown"
        case .throttle: "throttled"
        }
    }
}
