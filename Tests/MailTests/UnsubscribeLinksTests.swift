import Foundation
import Notifications
import Testing

@testable import Mail

@Suite struct UnsubscribeLinksTests {
    private static let old = secret(0)
    private static let new = secret(100)
    private static let ann = UnsubscribeLinks.Reader(tenant: "acme", address: "ann@example.org")

    /// What a Python program made of the same, by the `cryptography` package: HKDF, then AES-GCM-SIV. Links stay in
    /// mailboxes for years, so this may never change.
    private static let token = "i_zstmvvKlkhSMeWAc0NmRAhjC3CaFJGLE5uQSS-sQ8ScBuK"

    /// 32 bytes that count up, in base64.
    private static func secret(_ first: UInt8) -> String { Data(first..<first + 32).base64EncodedString() }

    private func links(_ secrets: String..., at url: String = "https://notify.example.org") throws -> UnsubscribeLinks {
        try UnsubscribeLinks(publicURL: url, secrets: secrets)
    }

    private func token(_ links: UnsubscribeLinks, _ reader: UnsubscribeLinks.Reader) throws -> String {
        let url = try #require(links.url(for: reader))
        return String(try #require(url.split(separator: "/").last))
    }

    @Test func linkOfYearsAgoIsStillOursAndMadeTheSame() throws {
        let links = try links(Self.old)
        #expect(links.url(for: Self.ann) == "https://notify.example.org/v1/unsubscribe/\(Self.token)")
        #expect(links.reader(token: Self.token) == Self.ann)
    }

    @Test(arguments: [
        ("acme", "ann@example.org"), ("a", "b"), ("räksmörgås", "grüße@example.org"), ("acme", "Ann@Example.ORG"),
        (String(repeating: "t", count: 64), String(repeating: "a", count: 254)),
    ])
    func readerComesBackFromItsLink(tenant: String, address: String) throws {
        let links = try links(Self.new)
        let reader = UnsubscribeLinks.Reader(tenant: tenant, address: address)
        #expect(try links.reader(token: token(links, reader)) == reader)
    }

    @Test func longestLinkStillFitsAHeader() throws {
        let host = "https://" + String(repeating: "h", count: UnsubscribeLinks.maximumURLLength - 8)
        let reader = UnsubscribeLinks.Reader(
            tenant: String(repeating: "t", count: 64), address: String(repeating: "a", count: 254))
        let url = try #require(try links(Self.new, at: host).url(for: reader))
        #expect(try UnsubscribeURL(url).isHTTPS)
    }

    @Test func nobodyCanReadTheAddress() throws {
        let links = try links(Self.new)
        let sealed = try #require(Data(base64URL: try token(links, Self.ann)))
        for part in ["acme", "ann", "example"] { #expect(sealed.firstRange(of: Data(part.utf8)) == nil) }
        let other = UnsubscribeLinks.Reader(tenant: "acme", address: "bob@example.org")
        #expect(try token(links, other).prefix(4) != token(links, Self.ann).prefix(4))
    }

    @Test func tokenWithAnyByteChangedIsNone() throws {
        let links = try links(Self.old)
        let sealed = try #require(Data(base64URL: Self.token))
        for place in sealed.indices {
            for bit in 0..<8 {
                var forged = sealed
                forged[place] ^= 1 << bit
                #expect(links.reader(token: forged.base64URL) == nil, "bit \(bit) of byte \(place)")
            }
        }
    }

    /// The last character of a token of 37 bytes has two bits that stand for nothing.
    @Test func tokenWithAnyCharacterChangedIsNone() throws {
        let links = try links(Self.old)
        let reader = UnsubscribeLinks.Reader(tenant: "acme", address: "anna@example.org")
        let token = try token(links, reader)
        #expect(links.reader(token: token) == reader)
        for place in token.indices {
            for character in "AQgwBC-_=%/" where character != token[place] {
                var forged = token
                forged.replaceSubrange(place...place, with: [character])
                #expect(links.reader(token: forged) == nil, "\(forged)")
            }
        }
    }

    @Test func tokenThatWasCutOrGrewIsNone() throws {
        let links = try links(Self.old)
        for length in 0..<Self.token.count { #expect(links.reader(token: String(Self.token.prefix(length))) == nil) }
        for more in ["A", "AA", "AAAA", "=", "==", "\0"] { #expect(links.reader(token: Self.token + more) == nil) }
    }

    @Test func linkOfAnotherSecretIsNone() throws {
        #expect(try links(Self.new).reader(token: Self.token) == nil)
    }

    @Test func whileOneSecretReplacesAnotherTheNewestSealsAndAllOpen() throws {
        let both = try links(Self.new, Self.old)
        #expect(both.reader(token: Self.token) == Self.ann)
        let token = try token(both, Self.ann)
        #expect(token != Self.token)
        #expect(try links(Self.new).reader(token: token) == Self.ann)
        #expect(try links(Self.old).reader(token: token) == nil)
    }

    /// Whose link it is must not depend on where the tenant ends.
    @Test func tenantsDoNotRunIntoAddresses() throws {
        let links = try links(Self.new)
        let readers = [("ab", "c@d"), ("a", "bc@d")].map { UnsubscribeLinks.Reader(tenant: $0, address: $1) }
        #expect(try readers.map { links.reader(token: try token(links, $0)) } == readers)
        #expect(links.url(for: UnsubscribeLinks.Reader(tenant: "", address: "c@d")) == nil)
        #expect(links.url(for: UnsubscribeLinks.Reader(tenant: "a", address: "")) == nil)
    }

    @Test(
        arguments: [
            ([], "secret 1 is not 24 to 64 bytes in base64"), ([""], "secret 1 is not 24 to 64 bytes in base64"),
            ([old, "hunter2"], "secret 2 is not 24 to 64 bytes in base64"),
            ([Data(count: 23).base64EncodedString()], "secret 1 is not 24 to 64 bytes in base64"),
            ([Data(count: 65).base64EncodedString()], "secret 1 is not 24 to 64 bytes in base64"),
        ] as [([String], String)])
    func whatIsNoSecretIsNamedByItsPlace(secrets: [String], problem: String) {
        let error = #expect(throws: UnsubscribeLinks.Problem.self) {
            try UnsubscribeLinks(publicURL: "https://example.org", secrets: secrets)
        }
        #expect(error?.description == problem)
    }

    /// RFC 8058 §3.1 wants https.
    @Test(arguments: [
        "http://example.org", "https://exa mple.org", "https://bücher.example", "https://a,b>",
        "https://" + String(repeating: "h", count: 300),
    ])
    func whatIsNoPlaceForLinksIsRefused(url: String) {
        #expect(throws: UnsubscribeLinks.Problem.invalidURL) {
            try UnsubscribeLinks(publicURL: url, secrets: [Self.old])
        }
    }
}
