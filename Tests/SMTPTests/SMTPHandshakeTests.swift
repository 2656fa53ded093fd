import Testing

@testable import SMTP

@Suite struct SMTPHandshakeTests {
    @Test func plainServerIsReadyAfterHello() throws {
        var handshake = make(.none)
        #expect(handshake.receive(try reply("220 hi")) == .send("EHLO me.test"))
        var capabilities = SMTPCapabilities()
        capabilities.pipelining = true
        capabilities.takesSize = true
        capabilities.maximumSize = 1000
        #expect(
            handshake.receive(hello("SIZE 1000", "pipelining", "AUTH PLAIN")) == .ready(with(capabilities, "PLAIN")))
    }

    @Test func whatWasSaidBeforeTLSIsForgotten() throws {
        var handshake = make(.startTLS)
        _ = handshake.receive(try reply("220"))
        #expect(handshake.receive(hello("STARTTLS", "PIPELINING", "SIZE 5")) == .send("STARTTLS"))
        #expect(handshake.receive(try reply("220")) == .startTLS)
        #expect(handshake.secured() == .send("EHLO me.test"))
        #expect(handshake.receive(hello("STARTTLS")) == .ready(startTLS()))
    }

    @Test func serverWithoutTLSGetsNothingMore() throws {
        for credentials in [nil, SMTPCredentials(username: "u", secret: "p")] {
            var handshake = make(.startTLS, credentials)
            _ = handshake.receive(try reply("220"))
            #expect(handshake.receive(hello("AUTH PLAIN")) == .fail(.tlsNotOffered))
        }
    }

    @Test func credentialsNeverGoInTheClear() throws {
        var handshake = make(.none, SMTPCredentials(username: "u", secret: "p"))
        _ = handshake.receive(try reply("220"))
        #expect(handshake.receive(hello("AUTH PLAIN")) == .fail(.tlsNotOffered))
    }

    @Test func olderServerIsGreetedWithHELO() throws {
        var handshake = make(.none)
        _ = handshake.receive(try reply("220"))
        #expect(handshake.receive(try reply("502")) == .send("HELO me.test"))
        #expect(handshake.receive(try reply("250")) == .ready(SMTPCapabilities()))
    }

    @Test(arguments: [
        ("554 5.7.1", SMTPPhase.greeting), ("421", .greeting), ("250", .greeting), ("550", .hello), ("421", .hello),
    ])
    func refusalEndsIt(text: String, phase: SMTPPhase) throws {
        var handshake = make(.none)
        if phase == .hello { _ = handshake.receive(try reply("220")) }
        #expect(handshake.receive(try reply(text)) == .fail(.refused(try reply(text), phase)))
    }

    @Test func refusedStartTLSEndsIt() throws {
        var handshake = make(.startTLS)
        _ = handshake.receive(try reply("220"))
        _ = handshake.receive(hello("STARTTLS"))
        #expect(handshake.receive(try reply("454")) == .fail(.refused(try reply("454"), .startTLS)))
    }

    @Test func answerDuringTheTLSHandshakeEndsIt() throws {
        var handshake = make(.startTLS)
        _ = handshake.receive(try reply("220"))
        _ = handshake.receive(hello("STARTTLS"))
        _ = handshake.receive(try reply("220"))
        #expect(handshake.receive(try reply("250")) == .fail(.malformedReply(.startTLS)))
    }

    @Test func plainSendsAllAtOnceOrWhenAsked() throws {
        var handshake = try authenticating(nil, offers: "AUTH PLAIN LOGIN", first: "AUTH PLAIN AHUAcA==")
        #expect(handshake.receive(try reply("334")) == .send("AHUAcA=="))
        #expect(handshake.receive(try reply("235")) == .ready(with(SMTPCapabilities(), "PLAIN", "LOGIN")))
    }

    @Test func loginSendsUserThenPassword() throws {
        var handshake = try authenticating(.login, offers: "AUTH=LOGIN PLAIN", first: "AUTH LOGIN")
        #expect(handshake.receive(try reply("334 VXNlcm5hbWU6")) == .send("dQ=="))
        #expect(handshake.receive(try reply("334 UGFzc3dvcmQ6")) == .send("cA=="))
        #expect(handshake.receive(try reply("535 5.7.8")) == .fail(.refused(try reply("535 5.7.8"), .authentication)))
    }

    @Test func refusedTokenIsAnsweredByAnEmptyLine() throws {
        var handshake = try authenticating(
            .xoauth2, offers: "AUTH XOAUTH2", first: "AUTH XOAUTH2 dXNlcj11AWF1dGg9QmVhcmVyIHABAQ==")
        #expect(handshake.receive(try reply("334 eyJzdGF0dXMiOiI0MDEifQ==")) == .send(""))
        #expect(handshake.receive(try reply("535")) == .fail(.refused(try reply("535"), .authentication)))
    }

    @Test(arguments: ["502", "504 5.5.4"])
    func unknownMechanismLeadsToTheNext(code: String) throws {
        var handshake = try authenticating(nil, offers: "AUTH LOGIN PLAIN", first: "AUTH PLAIN AHUAcA==")
        #expect(handshake.receive(try reply(code)) == .send("AUTH LOGIN"))
        #expect(handshake.receive(try reply(code)) == .fail(.refused(try reply(code), .authentication)))
    }

    @Test func mechanismThatIsNotOfferedIsNotTried() throws {
        var handshake = make(.implicit, SMTPCredentials(username: "u", secret: "p"))
        _ = handshake.receive(try reply("220"))
        #expect(handshake.receive(hello("AUTH XOAUTH2 CRAM-MD5")) == .fail(.noMechanism))
    }

    @Test func credentialsAreNotShown() {
        let credentials = SMTPCredentials(username: "c4nary", secret: "c4nary")
        #expect("\(credentials) \(String(reflecting: credentials))" == "(set) (set)")
        var configuration = SMTPConfiguration(host: "h", port: 1, security: .implicit, credentials: credentials)
        configuration.helloName = "me"
        #expect(!String(reflecting: configuration).contains("c4nary"))
    }

    private func make(
        _ security: SMTPConfiguration.Security, _ credentials: SMTPCredentials? = nil
    ) -> SMTPHandshake {
        var configuration = SMTPConfiguration(host: "h", port: 1, security: security, credentials: credentials)
        configuration.helloName = "me.test"
        return SMTPHandshake(configuration)
    }

    private func authenticating(
        _ mechanism: SMTPCredentials.Mechanism?, offers: String, first: String
    ) throws -> SMTPHandshake {
        var handshake = make(.implicit, SMTPCredentials(username: "u", secret: "p", mechanism: mechanism))
        _ = handshake.receive(try reply("220"))
        #expect(handshake.receive(hello(offers)) == .send(first))
        return handshake
    }

    private func hello(_ lines: String...) -> SMTPReply { SMTPReply(code: 250, lines: ["mail.test"] + lines) }

    private func with(_ capabilities: SMTPCapabilities, _ mechanisms: String...) -> SMTPCapabilities {
        var capabilities = capabilities
        capabilities.mechanisms = Set(mechanisms)
        return capabilities
    }

    private func startTLS() -> SMTPCapabilities {
        var capabilities = SMTPCapabilities()
        capabilities.startTLS = true
        return capabilities
    }
}
