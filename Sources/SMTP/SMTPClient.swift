public import Logging
import NIOCore
import NIOSSL

/// Sends messages over a few connections that are kept, each for many messages.
public final class SMTPClient: Sendable {
    private let configuration: SMTPConfiguration
    private let tls: NIOSSLContext?
    private let pool: SMTPPool
    private let logger: Logger

    /// - Throws: when the certificate authorities cannot be read.
    public init(_ configuration: SMTPConfiguration, logger: Logger) throws {
        self.configuration = configuration
        self.logger = logger
        pool = SMTPPool(limit: configuration.maximumConnections)
        if configuration.security == .none {
            tls = nil
        } else {
            var settings = TLSConfiguration.makeClientConfiguration()
            if let path = configuration.certificateAuthorities { settings.additionalTrustRoots = [.file(path)] }
            tls = try NIOSSLContext(configuration: settings)
        }
    }

    /// Sends a message to everyone in the envelope and says what became of it for each, in their order, within
    /// `timeout`. It never throws, and nothing was sent unless a result says so.
    ///
    /// - Parameter message: with its headers. Line breaks of any kind become CRLF.
    public func send(_ envelope: SMTPEnvelope, _ message: [UInt8], timeout: Duration) async -> [SMTPResult] {
        let deadline = NIODeadline.now() + TimeAmount(timeout)
        let content = SMTPContent(message)
        var results: [SMTPResult] = []
        var rest = envelope
        // A server that takes some and says "too many" gets the others in a transaction of their own.
        while true {
            let round = await send(rest, content, deadline: deadline)
            let taken = SMTPClient.taken(of: round)
            results += round.prefix(taken)
            guard taken > 0, taken < round.count else { return results + round.dropFirst(taken) }
            rest.recipients.removeFirst(taken)
            rest.condition = .any
        }
    }

    /// Takes no more messages, and says goodbye to the server where nothing is under way.
    public func shutdown() { pool.close() }

    /// How many of the first recipients are done with: those before the first one that was too many, if anyone was
    /// accepted.
    private static func taken(of results: [SMTPResult]) -> Int {
        let isProgress = results.contains { if case .accepted = $0 { true } else { false } }
        guard isProgress else { return results.count }
        let first = results.firstIndex {
            if case .refused(let reply, .recipient) = $0 { reply.saysTooManyRecipients } else { false }
        }
        guard let first, !results[first...].contains(where: { if case .accepted = $0 { true } else { false } }) else {
            return results.count
        }
        return first
    }

    private func send(_ envelope: SMTPEnvelope, _ content: SMTPContent, deadline: NIODeadline) async -> [SMTPResult] {
        do {
            guard let connection = try await pool.take(until: deadline) else {
                return await sendOnFresh(envelope, content, deadline: deadline)
            }
            let dispatch = await connection.send(envelope, content, deadline: deadline)
            if dispatch.foundConnectionClosed {
                logger.debug("the mail server had closed a connection that was idle")
                return await sendOnFresh(envelope, content, deadline: deadline)
            }
            pool.giveBack(connection)
            return dispatch.results
        } catch {
            return envelope.recipients.map { _ in .notSent(error) }
        }
    }

    /// Opens a connection in the place that was taken, and gives it back.
    private func sendOnFresh(_ envelope: SMTPEnvelope, _ content: SMTPContent, deadline: NIODeadline) async
        -> [SMTPResult]
    {
        do {
            let connection = try await SMTPConnection.open(configuration, tls: tls, deadline: deadline)
            let dispatch = await connection.send(envelope, content, deadline: deadline)
            pool.giveBack(connection)
            return dispatch.results
        } catch {
            pool.giveBack(nil)
            return envelope.recipients.map { _ in .notSent(error) }
        }
    }
}
