import Notifications
import Outbound
import SettingsReading
import Testing

@testable import Providers

@Suite struct ProviderRegistryTests {
    @Test func assignedProvidersComeInTheirOrder() async throws {
        let catalogue = Self.catalogue(["BELFRY_WEBHOOK_SECRETS": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])
        let assignments: [Route: [String]] = [
            .webhook: ["webhook", "simulator"], .inApp: ["inApp"], .fcm: ["simulator"], .sms: [],
        ]
        try await withOutbound { outbound in
            let registry = try catalogue.providers(assigned: assignments, outbound: outbound, logger: .silent)
            #expect(registry.routes == [.webhook, .inApp, .fcm])
            let names = Dictionary(
                uniqueKeysWithValues: Route.allCases.map { ($0, registry.providers(for: $0).map(\.name)) })
            #expect(names.filter { !$0.value.isEmpty } == assignments.filter { !$0.value.isEmpty })
        }
    }

    @Test func simulatorOfTestKeysIsTheOneThatIsAssignedIfOneIs() async throws {
        try await withOutbound { outbound in
            for assignments in [[Route.sms: ["simulator"]], [.inApp: ["inApp"]]] {
                let registry = try Self.catalogue([:]).providers(
                    assigned: assignments, outbound: outbound, logger: .silent)
                #expect(registry.simulator.name == "simulator")
                #expect(registry.all.count { $0.name == "simulator" } == 1)
            }
        }
    }

    @Test(arguments: [
        ([Route.email: ["webhook"]], ProvidersError.unsuitableRoute(provider: "webhook", route: "email")),
        ([.webhook: ["webhook"]], .notConfigured(provider: "webhook")),
        ([.fcm: ["fcm"]], .notConfigured(provider: "fcm")), ([.apns: ["apns"]], .notConfigured(provider: "apns")),
        ([.webPush: ["webPush"]], .notConfigured(provider: "webPush")),
    ])
    func badAssignmentIsExplained(assignments: [Route: [String]], error: ProvidersError) async throws {
        try await withOutbound { outbound in
            #expect(throws: error) {
                try Self.catalogue([:]).providers(assigned: assignments, outbound: outbound, logger: .silent)
            }
        }
    }

    @Test func nameThatNobodyHasIsRefused() async throws {
        try await withOutbound { outbound in
            let error = #expect(throws: ProvidersError.self) {
                try Self.catalogue([:]).providers(assigned: [.sms: ["pigeon"]], outbound: outbound, logger: .silent)
            }
            guard case .unknownProvider("pigeon", let known) = error else { throw try #require(error) }
            #expect(Set(["inApp", "simulator", "smtp", "webhook"]).isSubset(of: known))
        }
    }

    private static func catalogue(_ environment: [String: String]) -> ProviderCatalogue {
        var reader = SettingsReader(environment)
        return ProviderCatalogue(&reader, publicURL: nil)
    }

    @Test func everyProviderIsAskedByTheConformanceSuite() {
        let known = Set(ProviderCatalogue.kinds.map(\.name)).subtracting(["simulator", "simulator-backup"])
        #expect(known.isSubset(of: ProviderSubject.all.map(\.name)))
    }

    @Test func unknownNameListsTheKnownOnes() {
        let error = ProvidersError.unknownProvider("pigeon", known: ["webhook", "inApp"])
        #expect("\(error)" == "There is no provider \"pigeon\"; known are inApp, webhook.")
    }

    @Test func routeWithoutProvidersIsNotServed() {
        let registry = ProviderRegistry(
            providers: [.inApp: [InAppProvider()], .sms: []], simulator: InAppProvider())
        #expect(registry.routes == [.inApp])
        #expect(registry.providers(for: .sms).isEmpty)
    }
}
