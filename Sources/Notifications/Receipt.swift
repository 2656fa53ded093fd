public import Foundation

/// What a provider told later about a message that it took.
public struct Receipt: Sendable, Hashable {
    /// A message gets each of these once, however often a provider says so.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case delivered
        /// It will not arrive; the provider tried, or refused to.
        case bounced
        /// The rest are told to subscribers and change no status. `forwarded`: a relay gave it to the service of the
        /// device's maker.
        case forwarded, opened, clicked, complained, unsubscribed

        /// The status that it lifts the address to, if any.
        public var status: DeliveryStatus? {
            switch self {
            case .delivered: .delivered
            case .bounced: .bounced
            case .forwarded, .opened, .clicked, .complained, .unsubscribed: nil
            }
        }
    }

    /// As the provider named the message when it took it.
    public var messageId: String
    /// Ours, from a provider that echoes it: finds the message even before its outcome is on record.
    public var reference: DeliveryReference?
    public var kind: Kind
    /// Why it bounced.
    public var failure: DeliveryFailure?
    /// Whether it bounced for the address' own sake, which is dead: a device is removed then.
    public var isPermanent: Bool
    /// When it happened, by the provider's clock.
    public var at: Date

    public init(
        messageId: String, reference: DeliveryReference? = nil, kind: Kind, failure: DeliveryFailure? = nil,
        isPermanent: Bool = false, at: Date
    ) {
        self.messageId = messageId
        self.reference = reference
        self.kind = kind
        self.failure = failure
        self.isPermanent = isPermanent
        self.at = at
    }

    /// As it is kept until its message is known.
    public var json: JSON {
        var object = JSONObject([("kind", .string(kind.rawValue)), ("at", JSON(at))])
        object.append("error", failure?.json)
        if isPermanent { object.append("permanent", true) }
        return .object(object)
    }

    public init?(json: JSON, messageId: String) {
        guard let kind = json["kind"]?.string.flatMap(Kind.init), let at = json["at"]?.date else { return nil }
        self.init(
            messageId: messageId, kind: kind, failure: DeliveryFailure(json: json["error"]),
            isPermanent: json["permanent"] == true, at: at)
    }
}
