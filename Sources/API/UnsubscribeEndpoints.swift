import Documents
import Hummingbird
import Mail
import Notifications

/// Where the links in e-mails lead. No key is needed: the token in the path says whom it is about, and only we make some.
///
/// **Source:** RFC 8058.
struct UnsubscribeEndpoints: Sendable {
    static let path = UnsubscribeLinks.path + "{token}"

    /// Nil where none are made; then no token is one of ours.
    let links: UnsubscribeLinks?
    let store: SuppressionStore

    var all: [Endpoint] {
        [
            Endpoint(.get, UnsubscribeEndpoints.path, nil, use: ask),
            Endpoint(.post, UnsubscribeEndpoints.path, nil, use: unsubscribe),
        ]
    }

    /// Changes nothing: programs that look for malware follow every link before anybody reads the message.
    private func ask(_ call: Call) throws -> Response {
        _ = try reader(call)
        return UnsubscribePage.question.response
    }

    /// The body says no more than the method does, in one of two forms; it is not looked at, so that nobody who wants out
    /// is kept in for how a mail client writes it.
    private func unsubscribe(_ call: Call) async throws -> Response {
        let reader = try reader(call)
        try await store.suppress(reader.address, on: .email, tenant: reader.tenant, reason: .unsubscribed)
        return UnsubscribePage.confirmation.response
    }

    /// Of all that is wrong with a token nothing is told but that it leads nowhere.
    private func reader(_ call: Call) throws -> UnsubscribeLinks.Reader {
        guard let reader = call.parameters.get("token").flatMap({ links?.reader(token: $0) }) else {
            throw Problem.notFound
        }
        return reader
    }
}
