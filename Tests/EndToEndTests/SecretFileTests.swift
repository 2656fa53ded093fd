import Foundation
import Providers
import SettingsReading
import Testing

@testable import belfry

/// A secret can be in a file, whose path is then in the environment.
struct SecretFileTests {
    private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    @Test func secretIsReadFromItsFileAndMasked() throws {
        try withFile("\(Self.secret)\n") { path in
            var reader = SettingsReader(["BELFRY_WEBHOOK_SECRETS_FILE": path])
            _ = ProviderCatalogue(&reader, publicURL: nil)
            #expect(reader.problems.isEmpty)
            #expect(reader.entries.first { $0.name == "BELFRY_WEBHOOK_SECRETS" }?.value == "(set)")
        }
    }

    @Test func databaseInAFileIsNotMissing() throws {
        try withFile("postgresql:///belfry") { path in
            var reader = SettingsReader(["BELFRY_DATABASE_URL_FILE": path])
            _ = Settings.Servers(&reader)
            #expect(!reader.problems.contains { $0.contains("BELFRY_DATABASE_URL") })
            #expect(reader.problems.contains { $0.contains("BELFRY_REDIS_URL is not set") })
        }
    }

    @Test func whatIsWrongWithTheFileIsSaidWithoutWhatItHolds() throws {
        try withFile("whsec_not base64!\n") { path in
            for (environment, problem) in [
                (["BELFRY_WEBHOOK_SECRETS_FILE": path], "BELFRY_WEBHOOK_SECRETS: Webhook secret 1 is not base64."),
                (["BELFRY_WEBHOOK_SECRETS_FILE": path + "x"], "BELFRY_WEBHOOK_SECRETS_FILE: it cannot be read"),
                (
                    ["BELFRY_WEBHOOK_SECRETS_FILE": path, "BELFRY_WEBHOOK_SECRETS": Self.secret],
                    "BELFRY_WEBHOOK_SECRETS and BELFRY_WEBHOOK_SECRETS_FILE are both set: only one of them may be"
                ),
            ] {
                var reader = SettingsReader(environment)
                _ = ProviderCatalogue(&reader, publicURL: nil)
                #expect(reader.problems == [problem])
            }
        }
    }

    @Test func emptyFileIsNoSecret() throws {
        try withFile("\n") { path in
            var reader = SettingsReader(["BELFRY_WEBHOOK_SECRETS_FILE": path])
            _ = ProviderCatalogue(&reader, publicURL: nil)
            #expect(reader.problems == ["BELFRY_WEBHOOK_SECRETS_FILE: it is empty"])
        }
    }

    /// What is no secret has no file.
    @Test func otherSettingsAreNotReadFromFiles() throws {
        try withFile("9") { path in
            var reader = SettingsReader(["BELFRY_SIMULATOR_FILE": path])
            _ = ProviderCatalogue(&reader, publicURL: nil)
            #expect(reader.entries.first { $0.name == "BELFRY_SIMULATOR" }?.value == "accepts all at once")
        }
    }

    private func withFile(_ text: String, _ body: (String) throws -> Void) throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")
        try text.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        try body(file.path)
    }
}
