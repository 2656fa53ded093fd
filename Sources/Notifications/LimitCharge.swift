public import Foundation

/// What a notification counts against, where its tenant limits what a user gets.
public struct LimitCharge: Sendable, Hashable {
    /// What is counted together of what a user gets by a channel.
    public struct Account: Sendable, Hashable {
        public var tenant: String
        public var userId: String { user.text }
        public var channel: NotificationChannel
        public var kind: Kind
        private var user: ExactText

        public enum Kind: Sendable, Hashable {
            case all
            case type(NotificationType)
            case category(String)
        }

        public init(tenant: String, userId: String, channel: NotificationChannel, kind: Kind = .all) {
            self.tenant = tenant
            user = ExactText(userId)
            self.channel = channel
            self.kind = kind
        }
    }

    /// One channel, and the limits that hold for it.
    struct Line: Sendable, Hashable {
        var channel: NotificationChannel
        var due: Date
        var limits: [Limit]
        /// Hours in which it is not sent either; nil for none.
        var quiet: SendingRules.Quiet?
    }

    struct Limit: Sendable, Hashable {
        var account: Account
        var limit: RecipientLimit
    }

    let lines: [Line]
    /// Whether what is too much waits for its time, instead of being refused.
    let waits: Bool
    let expiresAt: Date
    /// When each channel is to be sent, once that is booked.
    public internal(set) var places: [NotificationChannel: Date] = [:]

    public var accounts: [Account] { lines.flatMap { $0.limits.map(\.account) } }
}

extension AcceptedNotification {
    /// What it counts against; nil where nothing is limited, as for those who are no user of ours, and for tests, which
    /// nobody gets.
    func makeCharge(by rules: SendingRules) -> LimitCharge? {
        let defaults = rules.defaults
        guard let userId, !content.isTest, defaults.hasLimits, !defaults.lets(content, pass: .limits) else {
            return nil
        }
        let lines = NotificationChannel.allCases.filter(isToBeSent).compactMap { channel -> LimitCharge.Line? in
            let limits = defaults.limits(on: channel, of: content).map { kind, limit in
                LimitCharge.Limit(
                    account: LimitCharge.Account(tenant: tenant, userId: userId, channel: channel, kind: kind),
                    limit: limit)
            }
            if limits.isEmpty { return nil }
            return LimitCharge.Line(
                channel: channel, due: due(on: channel), limits: limits, quiet: rules.quiet(on: channel, of: content))
        }
        if lines.isEmpty { return nil }
        return LimitCharge(lines: lines, waits: defaults.overLimit == .waits, expiresAt: content.expiresAt)
    }
}

extension PreferenceDefaults {
    /// What holds for a message on a channel, with what each is the limit of.
    fileprivate func limits(
        on channel: NotificationChannel, of content: NotificationContent
    ) -> [(LimitCharge.Account.Kind, RecipientLimit)] {
        let category = content.category.flatMap { name in
            categoryLimits[name]?[channel].map { (LimitCharge.Account.Kind.category(name), $0) }
        }
        return [
            limits[channel].map { (.all, $0) }, typeLimits[content.type]?[channel].map { (.type(content.type), $0) },
            category,
        ].compactMap(\.self)
    }
}
