import Foundation
import Logging
import Mail
import Notifications
import Outbound
import SettingsReading
import Testing

@testable import Providers
@testable import belfry

struct SettingsTests {
    private static let servers = [
        "BELFRY_DATABASE_URL": "postgresql://localhost/x", "BELFRY_REDIS_URL": "redis://localhost",
    ]

    private static func problems(_ environment: [String: String]) -> [String] {
        do {
            _ = try Settings(servers.merging(environment) { $1 })
            return []
        } catch {
            return (error as? SettingsError)?.problems ?? ["\(error)"]
        }
    }

    @Test func everythingThatAnAssignedProviderLacksIsNamedAtOnce() {
        let problems = Self.problems([
            "BELFRY_PROVIDERS": "email=ses,sendgrid,smtp,mailgun webhook=webhook sms=twilio,vonage,sns "
                + "chat.slack=slack chat.discord=discord chat.telegram=telegram chat.whatsapp=whatsapp",
            "BELFRY_AWS_REGION": "eu-north-1",
        ])
        #expect(
            problems == [
                "BELFRY_WEBHOOK_SECRETS must be set for the provider webhook: "
                    + "`echo whsec_$(openssl rand -base64 32)` makes one",
                "BELFRY_SMTP_URL, BELFRY_EMAIL_FROM must be set for the provider smtp",
                "BELFRY_AWS_ACCESS_KEY_ID, BELFRY_AWS_SECRET_ACCESS_KEY, BELFRY_EMAIL_FROM must be set for "
                    + "the provider ses",
                "BELFRY_SENDGRID_API_KEY, BELFRY_EMAIL_FROM must be set for the provider sendgrid",
                "BELFRY_MAILGUN_API_KEY, BELFRY_MAILGUN_DOMAIN, BELFRY_EMAIL_FROM must be set for the provider mailgun",
                "BELFRY_TWILIO_ACCOUNT_SID, BELFRY_TWILIO_AUTH_TOKEN, BELFRY_TWILIO_FROM must be set for "
                    + "the provider twilio",
                "BELFRY_VONAGE_API_KEY, BELFRY_VONAGE_API_SECRET, BELFRY_VONAGE_FROM must be set for "
                    + "the provider vonage",
                "BELFRY_AWS_ACCESS_KEY_ID, BELFRY_AWS_SECRET_ACCESS_KEY must be set for the provider sns",
                "BELFRY_TELEGRAM_TOKEN must be set for the provider telegram",
                "BELFRY_WHATSAPP_TOKEN, BELFRY_WHATSAPP_PHONE_NUMBER_ID must be set for the provider whatsapp",
            ])
    }

    @Test(arguments: [
        "http://example.com", "ftp://example.com", "example.com", "https://", "https://user@example.com",
        "https://example.com/?x=1",
        "https://example.com/#x",
    ])
    func serviceURLIsAPlainOne(url: String) {
        let problems = Self.problems(["BELFRY_SENDGRID_URL": url])
        #expect(problems.count == 1 && problems[0].hasPrefix("BELFRY_SENDGRID_URL: it "), "\(problems)")
    }

    @Test func nameForTheMailServerIsOneWord() {
        let problems = Self.problems(["BELFRY_SMTP_HELLO": "mail server"])
        #expect(problems == ["BELFRY_SMTP_HELLO must be a host name or [address]"])
    }

    @Test(arguments: [
        (["BELFRY_LINK_SECRETS": link], "links need a BELFRY_PUBLIC_URL to lead to"),
        (
            ["BELFRY_LINK_SECRETS": link, "BELFRY_PUBLIC_URL": "http://belfry.example"],
            "the public URL must be https, and at most 300 bytes of plain ASCII"
        ),
        (
            ["BELFRY_LINK_SECRETS": "\(link),hunter2", "BELFRY_PUBLIC_URL": "https://belfry.example"],
            "secret 2 is not 24 to 64 bytes in base64"
        ),
    ])
    func linksNeedSecretsAndAPlace(environment: [String: String], problem: String) {
        #expect(Self.problems(environment) == ["BELFRY_LINK_SECRETS: \(problem)"])
    }

    @Test(arguments: ["https://belfry.example/?tenant=1", "https://belfry.example/#top", "belfry.example"])
    func publicURLIsOneThatAPathCanFollow(url: String) {
        let problems = Self.problems(["BELFRY_PUBLIC_URL": url])
        #expect(problems == ["BELFRY_PUBLIC_URL must be https://host[:port][/path]"])
    }

    @Test func linksAreMadeWhereBothAreSetAndTheSecretIsMasked() throws {
        let reader = UnsubscribeLinks.Reader(tenant: "default", address: "ann@example.org")
        let place = ["BELFRY_PUBLIC_URL": "https://belfry.example/notify/"]
        #expect(try Settings(Self.servers.merging(place) { $1 }).unsubscribeLinks == nil)
        let settings = try Settings(
            Self.servers.merging(place) { $1 }.merging(["BELFRY_LINK_SECRETS": Self.link]) { $1 })
        let url = settings.unsubscribeLinks?.url(for: reader)
        #expect(url?.hasPrefix("https://belfry.example/notify/v1/unsubscribe/") == true)
        #expect(settings.entries.first { $0.name == "BELFRY_LINK_SECRETS" }?.value == "(set)")
    }

    private static let link = Data(0..<32).base64EncodedString()

    @Test func fileWithoutCertificatesIsRefused() {
        let problems = Self.problems(["BELFRY_OUTBOUND_CA_FILE": "/dev/null"])
        #expect(problems == ["BELFRY_OUTBOUND_CA_FILE must be a PEM file"])
    }

    @Test func callbacksThatCouldNotBeVerifiedAreNotAskedFor() async throws {
        let settings = try Settings(
            Self.servers.merging([
                "BELFRY_PROVIDERS": "sms=twilio", "BELFRY_TWILIO_ACCOUNT_SID": "AC1",
                "BELFRY_TWILIO_API_KEY_SID": "SK1", "BELFRY_TWILIO_AUTH_TOKEN": "t",
                "BELFRY_TWILIO_FROM": "Shop", "BELFRY_PUBLIC_URL": "https://belfry.example",
            ]) { $1 })
        let (registry, parsers) = try await Self.make(settings)
        let twilio = try #require(registry.providers(for: .sms).first as? TwilioProvider)
        #expect(twilio.configuration.statusCallback == nil && twilio.receiptSource == .none && parsers.isEmpty)
    }

    private static func make(_ settings: Settings) async throws -> (ProviderRegistry, [String: any ReceiptParser]) {
        let logger = Logger(label: "test")
        let outbound = OutboundClient(logger: logger)
        let made = Result {
            try settings.providers.providers(assigned: settings.assignments, outbound: outbound, logger: logger)
        }
        let parsers = settings.providers.receiptParsers(outbound)
        await outbound.shutdown()
        return (try made.get(), parsers)
    }

    /// Of what was sent before its account was given up there may be receipts still.
    @Test func receiptsAreTakenOfProvidersThatSendNothingAnyMore() async throws {
        let settings = try Settings(
            Self.servers.merging([
                "BELFRY_MAILGUN_SIGNING_KEY": "k", "BELFRY_VONAGE_SIGNATURE_SECRET": "s",
                "BELFRY_SES_TOPICS": "arn:aws:sns:eu-north-1:1:ses", "BELFRY_WHATSAPP_APP_SECRET": "a secret",
                "BELFRY_WHATSAPP_VERIFY_TOKEN": "my verify token",
            ]) { $1 })
        let (_, parsers) = try await Self.make(settings)
        #expect(parsers.keys.sorted() == ["mailgun", "ses", "vonage", "whatsapp"])
    }

    @Test func everyProviderIsMadeOnceAllIsSet() async throws {
        let settings = try Settings(
            Self.servers.merging([
                "BELFRY_PROVIDERS": "email=ses,sendgrid,mailgun sms=twilio,vonage,sns chat.slack=slack "
                    + "chat.discord=discord chat.telegram=telegram chat.whatsapp=whatsapp",
                "BELFRY_EMAIL_FROM": "Shop <shop@example.com>", "BELFRY_AWS_REGION": "eu-north-1",
                "BELFRY_AWS_ACCESS_KEY_ID": "AKIA1", "BELFRY_AWS_SECRET_ACCESS_KEY": "k",
                "BELFRY_SENDGRID_API_KEY": "SG.1", "BELFRY_MAILGUN_API_KEY": "k",
                "BELFRY_MAILGUN_DOMAIN": "mg.example.com",
                "BELFRY_TWILIO_ACCOUNT_SID": "AC1", "BELFRY_TWILIO_AUTH_TOKEN": "t", "BELFRY_TWILIO_FROM": "My shop",
                "BELFRY_VONAGE_API_KEY": "k", "BELFRY_VONAGE_API_SECRET": "s", "BELFRY_VONAGE_FROM": "Shop",
                "BELFRY_TELEGRAM_TOKEN": "1:a", "BELFRY_WHATSAPP_TOKEN": "t", "BELFRY_WHATSAPP_PHONE_NUMBER_ID": "1",
                "BELFRY_PUBLIC_URL": "https://belfry.example/", "BELFRY_SES_TOPICS": "arn:aws:sns:eu-north-1:1:ses",
            ]) { $1 })
        let (registry, parsers) = try await Self.make(settings)
        #expect(registry.providers(for: .email).map(\.name) == ["ses", "sendgrid", "mailgun"])
        #expect(registry.routes == [.email, .sms, .slack, .discord, .telegram, .whatsApp])
        let twilio = try #require(registry.providers(for: .sms).first as? TwilioProvider)
        #expect(twilio.configuration.statusCallback == "https://belfry.example/v1/receipts/twilio")
        // Those whose callbacks can be verified.
        #expect(registry.providers(for: .email).map(\.receiptSource) == [.pushed, .none, .none])
        #expect(registry.providers(for: .sms).map(\.receiptSource) == [.pushed, .none, .none])
        #expect(parsers.keys.sorted() == ["ses", "twilio"])
        let sns = try #require(registry.providers(for: .sms).last as? SNSProvider)
        #expect(sns.configuration.url == (try ServiceURL("https://sns.eu-north-1.amazonaws.com")))
    }
}
