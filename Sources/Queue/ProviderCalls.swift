public import Notifications

/// What became of calls of a provider on a route, or of one endpoint by it, for its circuit.
public struct ProviderCalls: Sendable, Hashable {
    public var route: Route
    public var provider: String
    /// The one that was called, where each has a circuit of its own; nil for the provider's.
    public var endpoint: String?
    /// Of the job that they were made for; of several, the one that was claimed first.
    var token: Int64
    /// Whether that job is the one that was let through an open circuit.
    var isProbe: Bool
    /// Whether a failure says something about the provider, and not only about the address that was called.
    public var speakForAll: Bool
    /// It did its work, whatever it said of the message.
    public var well = 0
    public var failed = 0
    /// How many of those that failed had our credentials refused: one opens the circuit.
    public var refused = 0
    /// All of them together.
    public var took: Duration = .zero

    /// None so far.
    public init(of job: ClaimedJob, by provider: String, speakForAll: Bool = true) {
        route = job.route
        self.provider = provider
        self.speakForAll = speakForAll
        token = job.token
        isProbe = job.probed == provider
    }

    /// None so far, of an endpoint that answered the job's knock.
    public init(of job: ClaimedJob, by provider: String, at endpoint: String, isProbe: Bool) {
        route = job.route
        self.provider = provider
        self.endpoint = endpoint
        speakForAll = true
        token = job.token
        self.isProbe = isProbe
    }

    public mutating func add(_ health: ProviderHealth) {
        switch health {
        case .well: well += 1
        case .failing: failed += 1
        // An endpoint's refusal may be for that one message.
        case .refusing: (failed, refused) = (failed + 1, refused + (endpoint == nil ? 1 : 0))
        }
    }

    /// Adds up those that the circuit need not tell apart: calls under claims of one second, but for a probe's own.
    static func folded(_ calls: [ProviderCalls]) -> [ProviderCalls] {
        var groups: [Group: ProviderCalls] = [:]
        for call in calls where call.well + call.failed > 0 || call.isProbe {
            groups[Group(call), default: call.withoutCounts].add(call)
        }
        return Array(groups.values)
    }

    private struct Group: Hashable {
        let route: Route
        let provider: String
        let endpoint: String?
        let speakForAll: Bool
        let moment: Int64

        init(_ calls: ProviderCalls) {
            (route, provider, endpoint) = (calls.route, calls.provider, calls.endpoint)
            speakForAll = calls.speakForAll
            // A token begins with the milliseconds of its claim.
            moment = calls.isProbe ? calls.token : calls.token / 4096 / 1000
        }
    }

    private var withoutCounts: ProviderCalls {
        var calls = self
        (calls.well, calls.failed, calls.refused, calls.took) = (0, 0, 0, .zero)
        return calls
    }

    private mutating func add(_ other: ProviderCalls) {
        token = min(token, other.token)
        well += other.well
        failed += other.failed
        refused += other.refused
        took += other.took
    }
}
