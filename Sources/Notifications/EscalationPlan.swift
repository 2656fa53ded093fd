/// Which channels are tried at once, and which later unless that turns out to be needless:
///
///     [{"channels": ["inApp", "push"]},
///      {"channels": ["email"], "after": "10m", "unless": "read"},
///      {"channels": ["sms"], "after": "1h", "unless": "delivered"}]
///
/// A later step is accepted with the rest and waits for its time; whether it is needed is decided when a worker takes it up.
public struct EscalationPlan: Sendable, Hashable {
    /// Channels that are tried at the same time.
    public struct Step: Sendable, Hashable {
        public var channels: [NotificationChannel]
        /// From when the notification is due; zero for the first step.
        public var after: Duration
        /// What makes the step needless; nil for nothing.
        public var unless: Condition?

        public init(channels: [NotificationChannel], after: Duration = .zero, unless: Condition? = nil) {
            self.channels = channels
            self.after = after
            self.unless = unless
        }
    }

    /// What any channel of an earlier step has come to.
    public enum Condition: String, Sendable, Hashable, CaseIterable {
        /// A provider or the inbox has it.
        case sent
        /// A provider confirmed delivery, or the recipient read it.
        case delivered
        case read

        func isMet(by status: DeliveryStatus) -> Bool {
            switch self {
            case .sent: status.isSuccess
            case .delivered: status.rank >= DeliveryStatus.delivered.rank
            case .read: status == .read
            }
        }
    }

    public var steps: [Step]

    public static let maximumSteps = 10
    fileprivate static let delays: ClosedRange<Duration> = .seconds(1)...(.seconds(30 * 86_400))

    public init(steps: [Step]) { self.steps = steps }

    public var channels: [NotificationChannel] { steps.flatMap(\.channels) }

    /// How long after the notification is due a channel's step is.
    public func delay(of channel: NotificationChannel) -> Duration {
        steps.first { $0.channels.contains(channel) }?.after ?? .zero
    }

    /// What makes a channel's step needless; nil for nothing.
    public func condition(of channel: NotificationChannel) -> Condition? {
        steps.first { $0.channels.contains(channel) }?.unless
    }

    /// Whether a channel's step is needless, given what the channels have come to.
    public func isNeedless(
        _ channel: NotificationChannel, given channels: [NotificationChannel: ChannelState]
    ) -> Bool {
        guard let place = steps.firstIndex(where: { $0.channels.contains(channel) }),
            let condition = steps[place].unless
        else { return false }
        let earlier = steps[..<place].flatMap(\.channels)
        return earlier.contains { channels[$0].map { condition.isMet(by: $0.status) } ?? false }
    }
}

extension EscalationPlan {
    /// Reads the member `plan`, noting every problem; nil without one.
    /// - Parameter expiresIn: how long the notification may be sent at all.
    init?(_ fields: Fields, expiresIn: Duration) {
        guard let readers = fields.nestedArray("plan", maximum: EscalationPlan.maximumSteps) else { return nil }
        if readers.isEmpty { fields.note("plan", .invalid, "must not be empty") }
        steps = readers.prefix(EscalationPlan.maximumSteps).map { Step($0) }
        for (index, reader) in readers.prefix(steps.count).enumerated() {
            let isFirst = index == 0
            let hasDelay = reader.object["after"].map { !$0.isNull } ?? false
            if isFirst, hasDelay { reader.note("after", .conflict, "is not for the first step") }
            if isFirst, steps[0].unless != nil { reader.note("unless", .conflict, "is not for the first step") }
            if !isFirst, !hasDelay { reader.note("after", .missing, "is required") }
            if steps[index].after >= expiresIn { reader.note("after", .invalid, "must be shorter than expiresIn") }
            if !isFirst, hasDelay, steps[index].after < steps[index - 1].after {
                reader.note("after", .invalid, "must not be shorter than in the step before")
            }
            let earlier = Set(steps[..<index].flatMap(\.channels))
            for (place, channel) in steps[index].channels.enumerated() where earlier.contains(channel) {
                reader.note("channels[\(place)]", .conflict, "is in an earlier step")
            }
        }
    }

    /// As the caller wrote it.
    public var json: JSON {
        .array(
            steps.map { step in
                var object = JSONObject([("channels", .array(step.channels.map { .string($0.rawValue) }))])
                if step.after > .zero { object.append("after", .string(step.after.shorthand)) }
                object.append("unless", step.unless.map { .string($0.rawValue) })
                return .object(object)
            })
    }
}

extension EscalationPlan.Step {
    fileprivate init(_ fields: Fields) {
        fields.allow(["channels", "after", "unless"])
        fields.require("channels")
        channels = fields.channels("channels") ?? []
        after = fields.duration("after", in: EscalationPlan.delays) ?? .zero
        unless = fields.choice("unless", among: EscalationPlan.Condition.allCases, named: \.rawValue)
    }
}

extension DeliveryFailure {
    public static let planSatisfied = DeliveryFailure(
        code: "planSatisfied", detail: "An earlier step of the plan has done what this one was for.")
}
