/// From the server's greeting to the moment when it takes messages:
///
///     greeting ─220─▶ hello ─250─▶ ┬───────────────────────────────▶ authentication ─235─▶ ready
///                      │ 500, 502  │ STARTTLS wanted                  ▲        (skipped without credentials)
///                      ▼           ▼                                  │
///                    helo        startTLS ─220─▶ securing ─TLS─▶ hello again
///
/// What the server said before TLS counts for nothing after it: anybody may have said it.
struct SMTPHandshake: Sendable {
    enum Action: Sendable, Hashable {
        case send(String)
        case startTLS
        case ready(SMTPCapabilities)
        case fail(SMTPError)
    }

    private enum State: Sendable {
        case greeting, hello, helo, startTLS, securing, done
        case authentication(SMTPAuthentication)
    }

    private let helloName: String
    private let credentials: SMTPCredentials?
    private let wantsTLS: Bool
    private var isSecure: Bool
    private var mechanisms: [SMTPCredentials.Mechanism] = []
    private var capabilities = SMTPCapabilities()
    private var state = State.greeting

    init(_ configuration: SMTPConfiguration) {
        helloName = configuration.helloName
        credentials = configuration.credentials
        wantsTLS = configuration.security != .none
        isSecure = configuration.security == .implicit
    }

    var phase: SMTPPhase {
        switch state {
        case .greeting: .greeting
        case .hello, .helo: .hello
        case .startTLS, .securing: .startTLS
        case .authentication, .done: .authentication
        }
    }

    mutating func receive(_ reply: SMTPReply) -> Action {
        switch state {
        case .greeting:
            guard reply.code == 220 else { return fail(reply) }
            return hello()
        case .hello:
            if reply.code == 500 || reply.code == 502 {
                state = .helo
                return .send("HELO \(helloName)")
            }
            guard reply.isPositive else { return fail(reply) }
            capabilities = SMTPCapabilities(hello: reply)
            return secure()
        case .helo:
            guard reply.isPositive else { return fail(reply) }
            return secure()
        case .startTLS:
            guard reply.code == 220 else { return fail(reply) }
            state = .securing
            return .startTLS
        case .authentication(var exchange): return proceed(&exchange, after: reply)
        case .securing, .done: return end(.fail(.malformedReply(phase)))
        }
    }

    /// After `startTLS`, once the connection is encrypted and the certificate good.
    mutating func secured() -> Action {
        isSecure = true
        capabilities = SMTPCapabilities()
        return hello()
    }

    private mutating func hello() -> Action {
        state = .hello
        return .send("EHLO \(helloName)")
    }

    private mutating func secure() -> Action {
        guard wantsTLS, !isSecure else { return authenticate() }
        guard capabilities.startTLS else { return end(.fail(.tlsNotOffered)) }
        state = .startTLS
        return .send("STARTTLS")
    }

    private mutating func authenticate() -> Action {
        guard let credentials else { return end(.ready(capabilities)) }
        // A second lock: the configuration allows no credentials without TLS either.
        guard isSecure else { return end(.fail(.tlsNotOffered)) }
        mechanisms = credentials.mechanisms.filter { capabilities.mechanisms.contains($0.rawValue.uppercased()) }
        return tryNext() ?? end(.fail(.noMechanism))
    }

    private mutating func tryNext() -> Action? {
        guard let credentials, !mechanisms.isEmpty else { return nil }
        var exchange = SMTPAuthentication(mechanisms.removeFirst(), credentials)
        let line = exchange.start()
        state = .authentication(exchange)
        return .send(line)
    }

    private mutating func proceed(_ exchange: inout SMTPAuthentication, after reply: SMTPReply) -> Action {
        switch exchange.receive(reply) {
        case .send(let line):
            state = .authentication(exchange)
            return .send(line)
        case .succeeded: return end(.ready(capabilities))
        case .unsupported(let reply): return tryNext() ?? fail(reply)
        case .failed(let reply): return fail(reply)
        }
    }

    private mutating func fail(_ reply: SMTPReply) -> Action { end(.fail(.refused(reply, phase))) }

    private mutating func end(_ action: Action) -> Action {
        state = .done
        return action
    }
}
