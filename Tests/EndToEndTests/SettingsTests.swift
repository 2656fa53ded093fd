import Testing

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
            "BELFRY_PROVIDERS": "email=ses,sendgrid,smtp webhook=webhook", "BELFRY_AWS_REGION": "eu-north-1",
        ])
        #expect(
            problems == [
                "BELFRY_WEBHOOK_SECRETS must be set for the provider webhook: "
                    + "`echo whsec_$(openssl rand -base64 32)` makes one",
                "BELFRY_SMTP_URL, BELFRY_EMAIL_FROM must be set for the provider smtp",
                "BELFRY_AWS_ACCESS_KEY_ID, BELFRY_AWS_SECRET_ACCESS_KEY, BELFRY_EMAIL_FROM must be set for "
                    + "the provider ses",
                "BELFRY_SENDGRID_API_KEY, BELFRY_EMAIL_FROM must be set for the provider sendgrid",
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
}
