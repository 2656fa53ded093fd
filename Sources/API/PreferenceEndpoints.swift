import Documents
import Hummingbird
import Notifications

/// What users want, and what the tenant has set for all of them. A PUT replaces all that there was.
struct PreferenceEndpoints: Sendable {
    let bodies: BodyReader
    let store: PreferenceStore

    var all: [Endpoint] {
        [
            Endpoint(.get, "/v1/users/{id}/preferences", .read, use: preferences),
            Endpoint(.put, "/v1/users/{id}/preferences", .send, use: setPreferences),
            Endpoint(.get, "/v1/preferences", .admin, use: defaults),
            Endpoint(.put, "/v1/preferences", .admin, use: setDefaults),
        ]
    }

    private func preferences(_ call: Call) async throws -> Response {
        guard let preferences = try await store.preferences(of: call.userId(), tenant: call.tenant) else {
            throw Problem.notFound
        }
        return Response(json: preferences.json)
    }

    private func setPreferences(_ call: Call) async throws -> Response {
        let userId = try call.userId()
        let fields = try await bodies.fields(of: call)
        let preferences = Preferences(fields)
        try fields.check()
        guard try await store.set(preferences, of: userId, tenant: call.tenant) else { throw Problem.notFound }
        return Response(json: preferences.json)
    }

    /// As they are, not as they are remembered: who has just set them elsewhere wants to see it.
    private func defaults(_ call: Call) async throws -> Response {
        Response(json: try await store.defaults(of: call.tenant).json)
    }

    private func setDefaults(_ call: Call) async throws -> Response {
        let fields = try await bodies.fields(of: call)
        let defaults = PreferenceDefaults(fields)
        try fields.check()
        try await store.set(defaults, of: call.tenant)
        return Response(json: defaults.json)
    }
}
