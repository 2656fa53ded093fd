import Providers
import SettingsReading
import Testing

@testable import belfry

struct PushSettingsTests {
    @Test(arguments: [
        (
            ["BELFRY_APNS_KEY": "x"],
            ["BELFRY_APNS_KEY: BELFRY_APNS_KEY_ID, BELFRY_APNS_TEAM_ID and BELFRY_APNS_TOPIC belong to it"]
        ),
        (["BELFRY_VAPID_PRIVATE_KEY": "x"], ["BELFRY_VAPID_PRIVATE_KEY: BELFRY_VAPID_SUBJECT belongs to it"]),
        (
            [
                "BELFRY_FCM_CREDENTIALS": "{}", "BELFRY_EXPO_URL": "http://expo.example",
                "BELFRY_EXPO_ACCESS_TOKEN": "a b",
            ],
            [
                "BELFRY_FCM_CREDENTIALS: For the provider \"fcm\" the credentials are not the JSON of a service account.",
                "BELFRY_EXPO_URL: it must begin with https://", "BELFRY_EXPO_ACCESS_TOKEN must be a token",
            ]
        ),
    ])
    func everyProblemIsNamed(environment: [String: String], problems: [String]) {
        var reader = SettingsReader(environment)
        _ = ProviderCatalogue(&reader, publicURL: nil)
        #expect(reader.problems == problems)
    }

    @Test func providerThatIsAssignedNeedsItsKey() {
        var reader = SettingsReader([
            "BELFRY_PROVIDERS": "push.fcm=fcm push.apns=apns push.web=webPush push.expo=expo"
        ])
        _ = Settings(&reader)
        for (settings, provider) in [
            ("BELFRY_FCM_CREDENTIALS", "fcm"),
            ("BELFRY_APNS_KEY, BELFRY_APNS_KEY_ID, BELFRY_APNS_TEAM_ID, BELFRY_APNS_TOPIC", "apns"),
            ("BELFRY_VAPID_PRIVATE_KEY, BELFRY_VAPID_SUBJECT", "webPush"),
        ] { #expect(reader.problems.contains("\(settings) must be set for the provider \(provider)")) }
        #expect(!reader.problems.contains { $0.contains("EXPO") })
    }
}
