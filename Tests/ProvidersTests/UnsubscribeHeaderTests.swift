import Foundation
import Notifications
import TestSupport
import Testing

@testable import Providers

/// A link of ours is in the same headers by whatever provider an e-mail goes, at every attempt.
@Suite struct UnsubscribeHeaderTests {
    private static let url = "https://notify.example.org/v1/unsubscribe/i_zstmvvKlkhSMeWAc0NmRAhjC3CaFJGLE5uQSS"
    private static let names = ["List-Unsubscribe", "List-Unsubscribe-Post"]

    @Test func everyMailProviderIsAsked() {
        #expect(Set(["smtp", "ses", "sendgrid", "mailgun"]).isSubset(of: ProviderSubject.mail.map(\.name)))
    }

    @Test(arguments: ProviderSubject.mail)
    func linkIsOfferedAsOneClickAtEveryAttempt(subject: ProviderSubject) async throws {
        for number in [1, 2] {
            let headers = try await headers(subject, number: number, offering: Self.url)
            #expect(headers == ["<\(Self.url)>", "List-Unsubscribe=One-Click"])
        }
    }

    @Test(arguments: ProviderSubject.mail)
    func callersOwnPlaceGoesBeforeOurs(subject: ProviderSubject) async throws {
        let overrides: JSON = ["listUnsubscribe": ["mailto:u@example.com"]]
        let headers = try await headers(subject, overrides, offering: Self.url)
        #expect(headers == ["<mailto:u@example.com>", nil])
    }

    @Test(arguments: ProviderSubject.mail)
    func withoutALinkNothingIsOffered(subject: ProviderSubject) async throws {
        #expect(try await headers(subject, offering: nil) == [nil, nil])
    }

    /// Both headers as the provider's other side gets them.
    private func headers(
        _ subject: ProviderSubject, _ overrides: JSON = [:], number: Int = 1, offering url: String?
    ) async throws -> [String?] {
        let answer = subject.dialect.answer("250 OK", "")
        return try await LoopbackServer.run(framing: subject.dialect.framing, reply: { _ in .text(answer) }) { peer in
            var attempt = subject.attempt(peer.port, .seconds(10))
            attempt.number = number
            attempt.message.overrides = overrides.object
            attempt.unsubscribeURL = url
            try await withOutbound { outbound in
                let provider = try subject.make(outbound, peer.port)
                _ = await provider.deliver(attempt)
                await provider.shutdown()
            }
            let request = try #require(peer.requests.first)
            return try Self.names.map { try header($0, of: request, to: subject.name) }
        }
    }

    private func header(_ name: String, of request: String, to provider: String) throws -> String? {
        let body = request.components(separatedBy: "\r\n\r\n").dropFirst().joined(separator: "\r\n\r\n")
        switch provider {
        case "mailgun":
            let field = request.components(separatedBy: "name=\"h:\(name)\"\r\n\r\n").dropFirst().first
            return field?.components(separatedBy: "\r\n").first
        case "ses":
            let data = try JSON(parsing: body)["Content"]?["Raw"]?["Data"]?.string
            let bytes = try #require(data.flatMap { Data(base64Encoded: $0) })
            return line(name, of: String(decoding: bytes, as: UTF8.self))
        default: return (try? JSON(parsing: body)).map { member(name, of: $0) } ?? line(name, of: request)
        }
    }

    /// A header somewhere in a JSON request: a member of its name, or a pair of name and value.
    private func member(_ name: String, of json: JSON) -> String? {
        if let value = json[name]?.string { return value }
        if json["Name"]?.string == name { return json["Value"]?.string }
        let parts = json.array ?? json.object?.members.map(\.value) ?? []
        return parts.lazy.compactMap { member(name, of: $0) }.first
    }

    private func line(_ name: String, of message: String) -> String? {
        let lines = message.replacing("\r\n ", with: " ").components(separatedBy: "\r\n")
        return lines.first { $0.hasPrefix("\(name): ") }.map { String($0.dropFirst(name.count + 2)) }
    }
}
