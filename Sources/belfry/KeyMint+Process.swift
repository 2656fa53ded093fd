import API
import Documents
import Notifications

extension KeyMint {
    static let defaultTenant = "default"

    init(_ context: ProcessContext) {
        let clock = context.clock
        self.init(keys: KeyStore(pool: context.pool)) { clock.now }
    }

    /// The key of earlier runs, if this database still knows it and it may do all there is to do, else a new one.
    func keptKey(in folder: DataFolder) async throws -> String {
        let order = KeyOrder(tenant: KeyMint.defaultTenant, name: "belfry up")
        let text = try await folder.secret("api-key") { try await make(order).text }
        if let key = APIKey(text), let stored = try await keys.key(key.id), stored.isValid(at: now()),
            stored.scopes.isSuperset(of: order.scopes)
        {
            return text
        }
        let key = try await make(order)
        try folder.keep(key.text, as: "api-key")
        return key.text
    }
}
