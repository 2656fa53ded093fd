public import HTTPTypes
public import Notifications

/// One line of the route table.
public struct APIRoute: Sendable, Hashable {
    public var method: HTTPRequest.Method
    /// With parameters in braces: `/v1/notifications/{id}`.
    public var path: String
    /// What a key must be allowed to do; nil for a route that needs no key.
    public var scope: Scope?
    /// Whether a test key is refused, whatever it may do: what the route changes holds for what is sent with live keys.
    public var needsLiveKey = false
}
