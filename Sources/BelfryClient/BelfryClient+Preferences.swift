import NIOHTTP1
public import Notifications

/// What users want, and what the tenant has set for all of them. What is put takes the place of all that there was.
extension BelfryClient {
    /// What a known user wants.
    public func preferences(of userId: String) async throws -> Preferences {
        try await call(.GET, BelfryClient.path("users", userId, "preferences")) { Preferences(answered: $0) }
    }

    public func putPreferences(_ preferences: Preferences, of userId: String) async throws -> Preferences {
        let path = BelfryClient.path("users", userId, "preferences")
        return try await call(.PUT, path, body: preferences.json) { Preferences(answered: $0) }
    }

    /// What holds for users who said nothing else, and which messages pass what users said.
    public func preferenceDefaults() async throws -> PreferenceDefaults {
        try await call(.GET, "/v1/preferences") { PreferenceDefaults(answered: $0) }
    }

    public func putPreferenceDefaults(_ defaults: PreferenceDefaults) async throws -> PreferenceDefaults {
        try await call(.PUT, "/v1/preferences", body: defaults.json) { PreferenceDefaults(answered: $0) }
    }
}

extension Preferences {
    fileprivate init?(answered json: JSON) {
        if json.object == nil { return nil }
        self.init(stored: json)
    }
}

extension PreferenceDefaults {
    fileprivate init?(answered json: JSON) {
        if json.object == nil { return nil }
        self.init(stored: json)
    }
}
