public import Foundation

/// Why an attempt, or a channel, did not succeed, in words that are safe to show: never a payload, an address, a token.
public struct DeliveryFailure: Sendable, Hashable {
    /// A stable word for programs, e.g. `timeout`, `rejected`, `noAddress`.
    public var code: String
    /// A sentence for people; may name the provider's own code.
    public var detail: String
    /// When it will be over, of what only waits for a time that is known.
    public var until: Date?

    public init(code: String, detail: String, until: Date? = nil) {
        self.code = code
        self.detail = detail
        self.until = until
    }

    public var json: JSON {
        var object = JSONObject([("code", .string(code)), ("detail", .string(detail))])
        object.append("until", until.map { JSON($0) })
        return .object(object)
    }

    public init?(json: JSON?) {
        guard let code = json?["code"]?.string else { return nil }
        self.init(code: code, detail: json?["detail"]?.string ?? "", until: json?["until"]?.date)
    }

    public static let noAddress = DeliveryFailure(
        code: "noAddress", detail: "The recipient has no address for this channel.")
    public static let noProvider = DeliveryFailure(
        code: "noProvider", detail: "No provider is configured for this channel.")
    public static let expired = DeliveryFailure(
        code: "expired", detail: "It expired before a provider accepted it.")
    public static let endpointUnavailable = DeliveryFailure(
        code: "endpointUnavailable", detail: "The endpoint keeps failing: it is left alone for a while.")
    /// `newer` is the id of what did.
    public static func collapsed(by newer: String) -> DeliveryFailure {
        DeliveryFailure(code: "collapsed", detail: "A newer notification took its place: \(newer).")
    }
    public static let endpointGone = DeliveryFailure(
        code: "endpointGone", detail: "The endpoint was removed or disabled.")
    public static let poison = DeliveryFailure(
        code: "poison", detail: "Three workers ended while they held it.")
    public static let permitLost = DeliveryFailure(
        code: "permitLost", detail: "The worker that held the permit never reported: the provider may have it.")
}
