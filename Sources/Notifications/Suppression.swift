public import Foundation

/// An address that nothing is sent to any more, until somebody lifts it.
public struct Suppression: Sendable, Hashable {
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        /// The address is dead, by a provider's word.
        case bounced
        /// Whoever has it called a message spam.
        case complained
        /// Whoever has it wants no marketing; everything else is still sent.
        case unsubscribed
        /// The operator or the caller said so.
        case manual
    }

    /// The channels whose addresses can be suppressed. Devices are removed instead.
    public static let channels: Set<NotificationChannel> = [.email, .sms, .webhook]

    public var reason: Reason
    /// Whose word it was; nil where no provider's.
    public var provider: String?
    public var since: Date

    public init(reason: Reason, provider: String? = nil, since: Date) {
        self.reason = reason
        self.provider = provider
        self.since = since
    }

    public var json: JSON {
        ["reason": .string(reason.rawValue), "provider": JSON(provider), "since": JSON(since)]
    }
}

extension DeliveryFailure {
    public static func suppressed(_ reason: Suppression.Reason) -> DeliveryFailure {
        DeliveryFailure(
            code: "suppressed", detail: "Nothing is sent to this address any more: \(reason.rawValue).")
    }
}

extension Receipt {
    /// Why nothing more is to be sent to the message's address; nil where nothing speaks against it.
    public var suppression: Suppression.Reason? {
        switch kind {
        case .bounced: isPermanent ? .bounced : nil
        case .complained: .complained
        case .unsubscribed: .unsubscribed
        case .delivered, .forwarded, .opened, .clicked: nil
        }
    }
}
