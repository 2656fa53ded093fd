import Testing

@testable import SMTP

@Suite struct SMTPConfigurationTests {
    @Test func urlSaysHowToSpeak() throws {
        let secure = try SMTPConfiguration(url: "smtps://ann%40x.test:p%3Aw@mail.test", mechanism: .login)
        #expect((secure.host, secure.port, secure.security) == ("mail.test", 465, .implicit))
        #expect(secure.credentials == SMTPCredentials(username: "ann@x.test", secret: "p:w", mechanism: .login))
        let submission = try SMTPConfiguration(url: "smtp://mail.test:2525/")
        #expect((submission.host, submission.port, submission.security) == ("mail.test", 2525, .startTLS))
        #expect(submission.credentials == nil)
        let relay = try SMTPConfiguration(url: "smtp+clear://[::1]")
        #expect((relay.host, relay.port, relay.security) == ("::1", 25, .none))
        #expect(relay.serverName == nil)
        #expect(submission.serverName == "mail.test")
    }

    @Test(arguments: [
        ("mail.test", "scheme"), ("http://mail.test", "scheme"), ("smtp://", "host"), ("smtp://h:0", "port"),
        ("smtp://h:70000", "port"), ("smtp://h/x", "follow"), ("smtp://h?tls=no", "follow"), ("smtp://u@h", "together"),
        ("smtp://:p@h", "together"), ("smtp+clear://u:p@h", "clear text"),
    ])
    func badURLIsExplainedWithoutRepeatingIt(url: String, word: String) {
        let error = #expect(throws: SMTPURLError.self) { try SMTPConfiguration(url: url) }
        #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
    }
}
