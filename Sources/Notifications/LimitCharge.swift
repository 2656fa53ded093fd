public import Foundation

/// What a notification counts against, where its tenant limits what a user gets.
public struct LimitCharge: Sendable, Hashable {
    /// What is counted together: all that a user gets by a channel, or all of one category.
    public struct Account: Sendable, Hashable {
        public var tenant: String
        public var userId: String
        public var channel: NotificationChannel
        /// Nil for all categories and none.
        public var category: String?

        public init(tenant: String, userId: String, channel: NotificationChannel, category: String? = nil) {
            self.tenant = tenant
            self.userId = userId
            self.channel = channel
            self.category = category
        }
    }

    /// One channel, and the limits that hold for it.
    struct Line: Sendable, Hashable {
        var channel: NotificationChannel
        var due: Date
        var limits: [Limit]
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
    /// What it counts against; nil where nothing is limited, as for those who are no user of ours.
    func makeCharge(by defaults: PreferenceDefaults) -> LimitCharge? {
        guard let userId, defaults.hasLimits, !defaults.lets(content, pass: .limits) else { return nil }
        let lines = NotificationChannel.allCases.filter(isToBeSent).compactMap { channel -> LimitCharge.Line? in
            let ofAll = defaults.limits[channel]
            let ofCategory = content.category.flatMap { defaults.categoryLimits[$0]?[channel] }
            let limits: [(RecipientLimit?, String?)] = [(ofAll, nil), (ofCategory, content.category)]
            let known = limits.compactMap { limit, category in
                limit.map {
                    let account = LimitCharge.Account(
                        tenant: tenant, userId: userId, channel: channel, category: category)
                    return LimitCharge.Limit(account: account, limit: $0)
                }
            }
            return known.isEmpty ? nil : LimitCharge.Line(channel: channel, due: due(on: channel), limits: known)
        }
        if lines.isEmpty { return nil }
        return LimitCharge(lines: lines, waits: defaults.overLimit == .waits, expiresAt: content.expiresAt)
    }
}
