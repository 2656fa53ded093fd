public import Notifications

/// What a template may print: the members of the request's `data` by their names, and the recipient as `recipient`.
public struct TemplateContext: Sendable {
    static let recipientName = "recipient"

    let data: JSONObject
    let recipient: JSONObject
    /// Where the recipient stands in the request, and where its attributes do, to name what it lacks.
    private let place: String
    private let attributesPlace: String

    /// Known of a recipient by these names; every other name is an attribute of the caller's.
    private static let ownNames = ["userId", "email", "phone", "locale", "timezone"]

    /// - Parameter place: of the recipient, as `to[3]`.
    public init(data: JSONObject, recipient: Recipient, at place: String) {
        let known = recipient.json
        var values = recipient.attributes ?? JSONObject()
        for name in TemplateContext.ownNames { values[name] = known[name] }
        self.init(data: data, recipient: values, at: place, attributesAt: "\(place).attributes")
    }

    /// For a preview, with the recipient as the template sees it.
    public init(data: JSONObject, recipient: JSONObject, at place: String) {
        self.init(data: data, recipient: recipient, at: place, attributesAt: place)
    }

    private init(data: JSONObject, recipient: JSONObject, at place: String, attributesAt attributesPlace: String) {
        self.data = data
        self.recipient = recipient
        self.place = place
        self.attributesPlace = attributesPlace
    }

    /// The field of the request in which something of the recipient was looked for.
    func field(ofRecipient parts: ArraySlice<String>) -> String {
        let isOwn = parts.first.map(TemplateContext.ownNames.contains) ?? true
        return ([isOwn ? place : attributesPlace] + parts).joined(separator: ".")
    }
}
