/// One address that a delivery goes to. A push delivery has one for each device of its route, others have one.
public struct Target: Sendable, Hashable {
    public enum Address: Sendable, Hashable {
        case email(String)
        /// E.164.
        case phone(String)
        case url(String)
        case inbox(userId: String)
        case chat(String)
        case device(Device)
    }

    /// The device's id, or a fixed word for a route with one address; the key of its state in the document.
    public var id: String
    public var address: Address

    public init(id: String, address: Address) {
        self.id = id
        self.address = address
    }
}
