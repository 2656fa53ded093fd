import NIOHTTP1
public import Notifications

/// Addresses of e-mail, SMS and webhooks that nothing is sent to any more.
extension BelfryClient {
    /// Why nothing is sent to an address any more; nil when something is.
    public func suppression(of address: String, on channel: NotificationChannel) async throws -> Suppression? {
        do {
            return Suppression(try await call(.GET, BelfryClient.path(ofAddress: address, channel)).body)
        } catch let error as BelfryClientError where error.code == "notFound" {
            return nil
        }
    }

    /// Sends nothing to an address any more.
    public func suppress(_ address: String, on channel: NotificationChannel) async throws {
        _ = try await call(.PUT, BelfryClient.path(ofAddress: address, channel))
    }

    /// Sends to an address again; `notFound` where it was not suppressed.
    public func liftSuppression(of address: String, on channel: NotificationChannel) async throws {
        _ = try await call(.DELETE, BelfryClient.path(ofAddress: address, channel))
    }

    private static func path(ofAddress address: String, _ channel: NotificationChannel) -> String {
        path("suppressions", channel.rawValue, address)
    }
}

extension Suppression {
    fileprivate init?(_ json: JSON) {
        guard let reason = json["reason"]?.string.flatMap(Reason.init), let since = json["since"]?.date else {
            return nil
        }
        self.init(reason: reason, provider: json["provider"]?.string, since: since)
    }
}
