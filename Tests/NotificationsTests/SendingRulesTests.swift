import Foundation
import Notifications
import Testing

@Suite struct SendingRulesTests {
    private let noon = Timestamp.date("2026-11-20T12:00:00Z") ?? .distantPast
    private let night = Timestamp.date("2026-11-20T23:00:00Z") ?? .distantPast
    private let morning = Timestamp.date("2026-11-21T07:00:00Z") ?? .distantPast

    /// What becomes of a message, in a word and with its rule.
    private func verdict(
        user: String = "{}", tenant: String = "{}", timezone: String? = nil, message: String = "{}",
        on channel: NotificationChannel = .email, at date: Date? = nil
    ) throws -> String {
        var recipient = Recipient(userId: "u42")
        recipient.preferences = Preferences(try fields(user))
        recipient.timezone = timezone
        var object = try fields(message).object
        object["to"] = ["userId": "u42"]
        object["title"] = "T"
        let due = date ?? noon
        let draft = NotificationDraft(Fields(object), at: due)
        let rules = SendingRules(PreferenceDefaults(try fields(tenant)), for: recipient)
        switch rules.verdict(on: channel, of: NotificationContent(draft, to: recipient, at: due), due: due) {
        case .send: return "send"
        case .skip(let failure): return "\(failure.code) \(failure.detail.split(separator: " ").last ?? "")"
        case .wait(let end, let failure):
            #expect(failure.until == end)
            return "\(failure.code) \(Timestamp.text(end))"
        }
    }

    private static let marketing = #"{"type":"marketing","category":"weekly"}"#

    /// User, tenant, and what becomes of marketing of the category `weekly` by e-mail.
    @Test(arguments: [
        ("{}", "{}", "send"),
        (#"{"channels":{"email":false}}"#, "{}", "preference channels.email."),
        (#"{"channels":{"sms":false}}"#, "{}", "send"),
        (#"{"types":{"marketing":{"email":false}}}"#, "{}", "preference types.marketing.email."),
        (#"{"types":{"alert":{"email":false}}}"#, "{}", "send"),
        (#"{"categories":{"weekly":{"email":false}}}"#, "{}", "preference categories.weekly.email."),
        (#"{"categories":{"daily":{"email":false}}}"#, "{}", "send"),
        // The most specific wins, whatever it says.
        (#"{"types":{"marketing":{"email":true}},"channels":{"email":false}}"#, "{}", "send"),
        (#"{"categories":{"weekly":{"email":true}},"types":{"marketing":{"email":false}}}"#, "{}", "send"),
        (
            #"{"categories":{"weekly":{"email":false}},"channels":{"email":true}}"#, "{}",
            "preference categories.weekly.email."
        ),
        // The tenant's word counts where the user has none, and no further.
        ("{}", #"{"types":{"marketing":{"email":false}}}"#, "preference types.marketing.email."),
        (#"{"channels":{"email":true}}"#, #"{"types":{"marketing":{"email":false}}}"#, "send"),
        (#"{"channels":{"email":false}}"#, #"{"categories":{"weekly":{"email":true}}}"#, "preference channels.email."),
    ])
    func mostSpecificRuleWinsAndUsersGoFirst(user: String, tenant: String, expected: String) throws {
        #expect(try verdict(user: user, tenant: tenant, message: Self.marketing) == expected)
    }

    @Test func ruleNamesItsOwner() throws {
        var recipient = Recipient(userId: "u42")
        recipient.preferences = Preferences(try fields(#"{"types":{"marketing":{"email":false}}}"#))
        let draft = NotificationDraft(
            try fields(#"{"to":{"userId":"u42"},"title":"T","type":"marketing"}"#), at: noon)
        let content = NotificationContent(draft, to: recipient, at: noon)
        let user = SendingRules(PreferenceDefaults(), for: recipient)
        #expect(
            user.verdict(on: .email, of: content, due: noon)
                == .skip(
                    DeliveryFailure(
                        code: "preference", detail: "The user's preferences turn it off: types.marketing.email.")))
        let defaults = PreferenceDefaults(try fields(#"{"types":{"marketing":{"email":false}}}"#))
        let tenant = SendingRules(defaults, for: Recipient(userId: "u42"))
        #expect(
            tenant.verdict(on: .email, of: content, due: noon)
                == .skip(
                    DeliveryFailure(
                        code: "preference", detail: "The tenant's preferences turn it off: types.marketing.email.")))
    }

    /// User, tenant, message, and what becomes of it by e-mail.
    @Test(arguments: [
        (#"{"channels":{"email":false}}"#, "{}", "{}", "send"),
        (#"{"channels":{"email":false}}"#, "{}", #"{"type":"alert"}"#, "preference channels.email."),
        (#"{"channels":{"email":false}}"#, #"{"passes":{"transactional":[]}}"#, "{}", "preference channels.email."),
        ("{}", #"{"channels":{"email":false}}"#, "{}", "send"),
        // What names the type or the category is meant.
        (#"{"types":{"transactional":{"email":false}}}"#, "{}", "{}", "preference types.transactional.email."),
        (
            #"{"categories":{"receipts":{"email":false}}}"#, "{}", #"{"category":"receipts"}"#,
            "preference categories.receipts.email."
        ),
        (
            #"{"channels":{"email":false}}"#, "{}", #"{"type":"alert","priority":"critical"}"#,
            "preference channels.email."
        ),
        (
            #"{"channels":{"email":false}}"#, #"{"passes":{"critical":["channels"]}}"#,
            #"{"type":"alert","priority":"critical"}"#, "send"
        ),
    ])
    func whatPassesIsForTheTenantToSay(user: String, tenant: String, message: String, expected: String) throws {
        #expect(try verdict(user: user, tenant: tenant, message: message) == expected)
    }

    private static let quiet = #"{"quietHours":{"from":"22:00","to":"07:00"}}"#

    @Test(arguments: [
        (NotificationChannel.push, "quietHours 2026-11-21T07:00:00.000Z"),
        (.sms, "quietHours 2026-11-21T07:00:00.000Z"), (.chat, "quietHours 2026-11-21T07:00:00.000Z"),
        (.email, "send"), (.inApp, "send"), (.webhook, "send"),
    ])
    func quietHoursHoldBackWhatIsLoud(channel: NotificationChannel, expected: String) throws {
        #expect(try verdict(user: Self.quiet, on: channel, at: night) == expected)
        #expect(try verdict(user: Self.quiet, on: channel) == "send")
        #expect(try verdict(tenant: Self.quiet, on: channel, at: night) == expected)
    }

    @Test func quietHoursGoByTheUsersClockElseByTheTenants() throws {
        let tenant = #"{"timezone":"Asia/Kolkata","quietHours":{"from":"22:00","to":"07:00"}}"#
        let evening = try #require(Timestamp.date("2026-11-20T16:30:00Z"))
        #expect(try verdict(tenant: tenant, on: .sms, at: evening) == "quietHours 2026-11-21T01:30:00.000Z")
        #expect(try verdict(tenant: tenant, timezone: "Europe/Stockholm", on: .sms, at: evening) == "send")
        #expect(
            try verdict(tenant: tenant, timezone: "nowhere", on: .sms, at: evening)
                == "quietHours 2026-11-21T01:30:00.000Z", "a zone that nobody knows is none")
    }

    @Test func usersQuietHoursStandInPlaceOfTheTenants() throws {
        #expect(try verdict(user: #"{"quietHours":false}"#, tenant: Self.quiet, on: .sms, at: night) == "send")
        let user = #"{"quietHours":{"from":"01:00","to":"02:00"}}"#
        #expect(try verdict(user: user, tenant: Self.quiet, on: .sms, at: night) == "send")
    }

    @Test func whatIsCriticalPassesQuietHoursUnlessTheTenantSaysOtherwise() throws {
        let critical = #"{"priority":"critical"}"#
        #expect(try verdict(user: Self.quiet, message: critical, on: .sms, at: night) == "send")
        #expect(
            try verdict(
                user: Self.quiet, tenant: #"{"passes":{"critical":[]}}"#, message: critical, on: .sms, at: night)
                == "quietHours \(Timestamp.text(morning))")
        #expect(
            try verdict(
                user: Self.quiet, tenant: #"{"passes":{"transactional":["quietHours"]}}"#, on: .sms, at: night)
                == "send")
    }

    @Test func whatExpiresBeforeTheirEndIsTold() throws {
        var recipient = Recipient(userId: "u42")
        recipient.preferences = Preferences(try fields(Self.quiet))
        let draft = NotificationDraft(
            try fields(#"{"to":{"userId":"u42"},"title":"T","expiresIn":"1h"}"#), at: night)
        let verdict = SendingRules(PreferenceDefaults(), for: recipient).verdict(
            on: .sms, of: NotificationContent(draft, to: recipient, at: night), due: night)
        #expect(
            verdict
                == .wait(
                    until: morning,
                    DeliveryFailure(
                        code: "quietHours",
                        detail: "The user's quiet hours last until 2026-11-21T07:00:00.000Z; it expires before.",
                        until: morning)))
    }
}
