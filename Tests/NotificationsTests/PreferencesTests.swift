import Notifications
import Testing

@Suite struct PreferencesTests {
    private static let full = """
        {"channels":{"sms":false},"types":{"marketing":{"push":false,"email":true}},\
        "categories":{"weekly-digest":{"email":false}},\
        "quietHours":{"from":"22:00","to":"07:00","days":["mon","sun"],"channels":["push","email"]}}
        """

    @Test func preferencesAreReadAndWrittenAlike() throws {
        let read = try fields(Self.full)
        let preferences = Preferences(read)
        #expect(read.problems.isEmpty)
        #expect(preferences.channels == [.sms: false])
        #expect(preferences.types == [.marketing: [.push: false, .email: true]])
        #expect(preferences.categories == ["weekly-digest": [.email: false]])
        #expect(
            preferences.quietHours
                == QuietHours(from: 22 * 60, to: 7 * 60, days: [.mon, .sun], channels: [.push, .email]))
        #expect(preferences.json == .object(read.object))
        #expect(Preferences(stored: preferences.json) == preferences)
    }

    @Test func nothingSaidIsNothingKept() throws {
        let preferences = Preferences(try fields("{}"))
        #expect(preferences == Preferences())
        #expect(preferences.json == ["channels": [:], "types": [:], "categories": [:], "quietHours": nil])
        #expect(Preferences(stored: preferences.json) == preferences)
    }

    @Test func quietHoursAreForWhatIsLoudUnlessTheySayOtherwise() throws {
        let quiet = try #require(Preferences(try fields(#"{"quietHours":{"from":"00:30","to":"23:59"}}"#)).quietHours)
        #expect(quiet == QuietHours(from: 30, to: 1439))
        #expect(quiet.channels == [.push, .sms, .chat])
        #expect(quiet.days.count == 7)
    }

    @Test(arguments: [
        (#"{"sms":false}"#, "sms unknown"),
        (#"{"channels":{"fax":false}}"#, "channels.fax unknown"),
        (#"{"channels":{"sms":"off"}}"#, "channels.sms wrongType"),
        (#"{"types":{"spam":{}}}"#, "types.spam unknown"),
        (#"{"types":{"marketing":false}}"#, "types.marketing wrongType"),
        (#"{"categories":{"a":{"email":0}}}"#, "categories.a.email wrongType"),
        (#"{"categories":{"":{}}}"#, "categories invalid"),
        (#"{"quietHours":true}"#, "quietHours wrongType"),
        (#"{"quietHours":{"from":"22:00"}}"#, "quietHours.to missing"),
        (#"{"quietHours":{"from":"24:00","to":"07:00"}}"#, "quietHours.from invalid"),
        (#"{"quietHours":{"from":"22:60","to":"07:00"}}"#, "quietHours.from invalid"),
        (#"{"quietHours":{"from":"+1:00","to":"07:00"}}"#, "quietHours.from invalid"),
        (#"{"quietHours":{"from":"22.00","to":"07:00"}}"#, "quietHours.from invalid"),
        (#"{"quietHours":{"from":"9:00","to":"07:00"}}"#, "quietHours.from invalid"),
        (#"{"quietHours":{"from":"22:00","to":"07:00","days":["noday"]}}"#, "quietHours.days[0] invalid"),
        (#"{"quietHours":{"from":"22:00","to":"07:00","channels":["fax"]}}"#, "quietHours.channels[0] invalid"),
        (#"{"quietHours":{"from":"07:00","to":"07:00"}}"#, "quietHours.to invalid"),
        (#"{"quietHours":{"from":"22:00","to":"07:00","timezone":"UTC"}}"#, "quietHours.timezone unknown"),
    ])
    func eachProblemIsNamed(_ text: String, _ line: String) throws {
        let read = try fields(text)
        _ = Preferences(read)
        #expect(read.lines == [line])
    }

    @Test func categoriesAreBounded() throws {
        func lines(_ names: [String]) -> [String] {
            let categories = JSONObject(names.map { ($0, ["email": false]) })
            let read = Fields(JSONObject([("categories", .object(categories))]))
            _ = Preferences(read)
            return read.lines
        }
        #expect(lines((0..<200).map { "c\($0)" }) == [])
        #expect(lines((0..<201).map { "c\($0)" }) == ["categories tooMany"])
        #expect(lines([String(repeating: "c", count: 128)]) == [])
        #expect(lines([String(repeating: "c", count: 129)]) == ["categories tooLong"])
    }

    @Test func defaultsAreReadAndWrittenAlike() throws {
        let read = try fields(
            #"{"channels":{"sms":false},"timezone":"Europe/Stockholm","passes":{"critical":[],"transactional":["limits"]}}"#
        )
        let defaults = PreferenceDefaults(read)
        #expect(read.problems.isEmpty)
        #expect(defaults.preferences.channels == [.sms: false])
        #expect(defaults.timezone == "Europe/Stockholm")
        #expect(defaults.criticalPasses == [])
        #expect(defaults.transactionalPasses == [.limits])
        #expect(PreferenceDefaults(stored: defaults.json) == defaults)
        #expect(PreferenceDefaults(stored: nil) == PreferenceDefaults())
        #expect(PreferenceDefaults(stored: PreferenceDefaults().json) == PreferenceDefaults())
    }

    @Test(arguments: [
        (#"{"timezone":"Mars/Olympus"}"#, "timezone invalid"),
        (#"{"passes":{"high":[]}}"#, "passes.high unknown"),
        (#"{"passes":{"critical":["all"]}}"#, "passes.critical[0] invalid"),
        (#"{"passes":{"critical":["limits","limits"]}}"#, "passes.critical[1] conflict"),
        (#"{"passes":{"critical":"channels"}}"#, "passes.critical wrongType"),
        (#"{"unknown":1}"#, "unknown unknown"),
    ])
    func eachProblemOfDefaultsIsNamed(_ text: String, _ line: String) throws {
        let read = try fields(text)
        _ = PreferenceDefaults(read)
        #expect(read.lines == [line])
    }
}
