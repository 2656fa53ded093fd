import Testing

@testable import Mail

@Suite struct EmailAddressTests {
    @Test(arguments: [
        "ann@example.com", "a.b+c@sub.example.co.uk", "a..b.@docomo.ne.jp", "o'neil@example.com", "x@localhost",
        "用户@example.cn", "a@xn--bcher-kva.example", String(repeating: "l", count: 64) + "@example.com",
    ])
    func addressIsTaken(text: String) throws {
        #expect(try EmailAddress(text).text == text)
    }

    @Test(arguments: [
        "", "@", "a@", "@b", "ann", "a b@example.com", "a@exa mple.com", "<a@example.com>", "a@example.com>",
        "a@example.com,b@example.com", "a@b@example.com", "\"a b\"@example.com", "a@-b.com", "a@b-.com", "a@b..com",
        "a@[127.0.0.1]", "a\u{A0}b@example.com", "a@example.com;", "a:b@example.com",
        String(repeating: "l", count: 65) + "@example.com", "a@" + String(repeating: "d", count: 64) + ".com",
        "a@" + String(repeating: "dd.", count: 90) + "com",
    ])
    func addressIsRefused(text: String) {
        #expect(throws: EmailAddress.Problem.malformed) { try EmailAddress(text) }
    }

    @Test func internationalDomainIsToldFromNonsense() {
        #expect(throws: EmailAddress.Problem.internationalDomain) { try EmailAddress("ann@bücher.example") }
        #expect((try? EmailAddress("用户@example.cn"))?.isInternational == true)
        #expect((try? EmailAddress("ann@example.cn"))?.isInternational == false)
    }

    @Test(arguments: [
        ("ann@example.com", nil, "ann@example.com"), (" ann@example.com", nil, "ann@example.com"),
        ("Ann Smith <ann@example.com>", "Ann Smith", "ann@example.com"), ("<ann@example.com>", nil, "ann@example.com"),
        ("\"Smith, Ann\" <ann@example.com>", "Smith, Ann", "ann@example.com"),
        (#""A \"B\" \\ C" <ann@example.com>"#, #"A "B" \ C"#, "ann@example.com"),
        ("Åsa <asa@example.com>", "Åsa", "asa@example.com"),
    ])
    func mailboxIsRead(text: String, name: String?, address: String) throws {
        #expect(try Mailbox(parsing: text, part: "x") == Mailbox(name: name, address: EmailAddress(address)))
    }

    @Test(arguments: ["", "Ann", "Ann <ann>", "a@example.com, b@example.com", "Ann <a@example.com> b", "<>"])
    func whatIsNoSingleMailboxIsRefused(text: String) {
        #expect(throws: MailError.self) { try Mailbox(parsing: text, part: "x") }
    }
}
