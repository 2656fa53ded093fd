import Foundation
import Testing

@testable import Notifications

@Suite struct LimitLedgerTests {
    private let now = moment(0)

    /// A notification to a user by e-mail, SMS and the inbox, under what its tenant has set.
    private func accepted(_ defaults: String, _ message: String = "{}") throws -> AcceptedNotification {
        var user = Recipient(userId: "u42")
        user.email = "a@example.com"
        user.phone = "+46701234567"
        var object = try fields(message).object
        if object["to"] == nil { object["to"] = ["userId": "u42"] }
        object["title"] = "T"
        let draft = NotificationDraft(Fields(object), at: now)
        let resolved = draft.to[0].userId == nil ? draft.to[0] : user
        var accepted = AcceptedNotification(
            id: .version7(at: now), tenant: "t1", content: NotificationContent(draft, to: draft.to[0], at: now),
            channels: draft.channels, resolved: resolved, providedRoutes: [.email, .sms, .inApp], at: now)
        accepted.obey(SendingRules(PreferenceDefaults(try fields(defaults)), for: resolved))
        return accepted
    }

    private static let hourly = #"{"limits":{"email":{"count":2,"per":"1h"}}}"#

    @Test(arguments: [
        ("{}", "{}"), (LimitLedgerTests.hourly, #"{"channels":["sms"]}"#),
        (LimitLedgerTests.hourly, #"{"to":{"email":"a@example.com"}}"#),
        (LimitLedgerTests.hourly, #"{"priority":"critical"}"#),
        (#"{"categoryLimits":{"digest":{"email":{"count":2,"per":"1h"}}}}"#, #"{"category":"other"}"#),
        (
            #"{"limits":{"email":{"count":2,"per":"1h"}},"types":{"marketing":{"email":false}}}"#,
            #"{"type":"marketing"}"#
        ),
    ])
    func whatIsNotLimitedCountsAgainstNothing(defaults: String, message: String) throws {
        #expect(try accepted(defaults, message).charge == nil)
    }

    @Test func whatIsTooMuchIsRefusedAndNotCounted() throws {
        var ledger = LimitLedger([:], at: now)
        let charge = try #require(try accepted(Self.hourly).charge)
        #expect(charge.accounts == [.init(tenant: "t1", userId: "u42", channel: .email)])
        for _ in 0..<2 {
            guard case .booked(let booked, let late) = ledger.book(charge) else {
                Issue.record("there was room")
                return
            }
            #expect(late == [:])
            #expect(booked.places == [.email: now])
        }
        for _ in 0..<2 {
            #expect(
                ledger.book(charge)
                    == .refused(
                        DeliveryFailure(
                            code: "recipientLimited",
                            detail: "The user gets 2 by email within 1h; there is room at "
                                + "\(Timestamp.text(moment(3600))).", until: moment(3600))))
        }
        #expect(ledger.times.values.map(\.count) == [2])
    }

    @Test func allChannelsAreBookedOrNone() throws {
        let defaults = #"{"limits":{"email":{"count":2,"per":"1h"},"sms":{"count":1,"per":"1h"}}}"#
        var ledger = LimitLedger([:], at: now)
        let charge = try #require(try accepted(defaults).charge)
        _ = ledger.book(charge)
        guard case .refused(let failure) = ledger.book(charge) else {
            Issue.record("there is no room")
            return
        }
        #expect(failure.detail.contains("by sms"))
        #expect(ledger.times[.init(tenant: "t1", userId: "u42", channel: .email)]?.count == 1)
    }

    @Test func whatMayWaitIsBookedForWhenThereIsRoom() throws {
        let defaults = #"{"limits":{"email":{"count":1,"per":"1h"}},"overLimit":"defer"}"#
        var ledger = LimitLedger([:], at: now)
        for number in 0..<3 {
            var notification = try accepted(defaults)
            guard case .booked(let charge, let late) = ledger.book(try #require(notification.charge)) else {
                Issue.record("it may wait")
                return
            }
            notification.obey(charge, late: late)
            let email = try #require(notification.channels[.email])
            #expect(email.status == (number == 0 ? .pending : .scheduled))
            #expect(email.failure?.until == (number == 0 ? nil : moment(Double(number) * 3600)))
            let due = notification.deliveries.first { $0.route == .email }?.notBefore
            #expect(due == (number == 0 ? nil : moment(Double(number) * 3600)))
            #expect(notification.channels[.sms]?.status == .pending)
        }
    }

    @Test func whatWouldExpireFirstIsRefused() throws {
        let defaults = #"{"limits":{"email":{"count":1,"per":"1h"}},"overLimit":"defer"}"#
        var ledger = LimitLedger([:], at: now)
        let charge = try #require(try accepted(defaults, #"{"expiresIn":"1h"}"#).charge)
        _ = ledger.book(charge)
        guard case .refused = ledger.book(charge) else {
            Issue.record("it would expire")
            return
        }
    }

    @Test func categoryHasALimitBesideTheOneForAll() throws {
        let defaults = """
            {"limits":{"email":{"count":3,"per":"1h"}},"categoryLimits":{"digest":{"email":{"count":1,"per":"1d"}}},\
            "overLimit":"defer"}
            """
        var ledger = LimitLedger([:], at: now)
        func place(_ message: String) throws -> Date? {
            let charge = try #require(try accepted(defaults, message).charge)
            guard case .booked(let booked, _) = ledger.book(charge) else { return nil }
            return booked.places[.email]
        }
        #expect(try place(#"{"category":"digest"}"#) == now)
        #expect(try place(#"{"category":"digest","expiresIn":"2d"}"#) == moment(86_400))
        #expect(try place("{}") == now)
        #expect(try place("{}") == now)
        #expect(try place("{}") == moment(3600))
    }

    @Test func typeHasALimitBesideTheOneForAll() throws {
        let defaults = """
            {"limits":{"email":{"count":3,"per":"1h"}},"typeLimits":{"marketing":{"email":{"count":1,"per":"1d"}}}}
            """
        var ledger = LimitLedger([:], at: now)
        func isBooked(_ message: String) throws -> Bool {
            let charge = try #require(try accepted(defaults, message).charge)
            if case .booked = ledger.book(charge) { return true }
            return false
        }
        #expect(try isBooked(#"{"type":"marketing"}"#))
        #expect(try !isBooked(#"{"type":"marketing"}"#))
        #expect(try isBooked(#"{"type":"alert"}"#))
        #expect(try isBooked("{}"))
        #expect(try !isBooked("{}"), "the third of all")
    }

    @Test(arguments: [60_001, 60_002, 60_300, 3_600_002])
    func spanThatNoDateShowsExactlyHasAnEnd(_ milliseconds: Int) throws {
        let defaults = #"{"limits":{"email":{"count":1,"per":"\#(milliseconds)ms"}},"overLimit":"defer"}"#
        var ledger = LimitLedger([:], at: now)
        let charge = try #require(try accepted(defaults).charge)
        let places = (0..<3).map { _ in
            if case .booked(let booked, _) = ledger.book(charge) { booked.places[.email] } else { Date?.none }
        }
        #expect(places.compactMap(\.self) == places.compactMap(\.self).sorted() && !places.contains(nil))
        #expect(Set(places).count == 3)
    }

    @Test func whatIsScheduledCountsWhenItIsSent() throws {
        var ledger = LimitLedger([:], at: now)
        let later = Timestamp.text(moment(7200))
        let charge = try #require(try accepted(Self.hourly, #"{"sendAt":"\#(later)"}"#).charge)
        for _ in 0..<2 { _ = ledger.book(charge) }
        #expect(ledger.times.values.first == [moment(7200), moment(7200)])
        guard case .booked = ledger.book(try #require(try accepted(Self.hourly).charge)) else {
            Issue.record("there is room now")
            return
        }
        guard case .refused = ledger.book(charge) else {
            Issue.record("there is none then")
            return
        }
    }

    /// Else all that was put off into the night would go at its end, together.
    @Test func whatIsPutOffIntoQuietHoursCountsAtTheirEnd() throws {
        let defaults = """
            {"limits":{"sms":{"count":1,"per":"1h"}},"overLimit":"defer","quietHours":{"from":"15:00","to":"21:00"}}
            """
        let charge = try #require(try accepted(defaults, #"{"channels":["sms"]}"#).charge)
        var ledger = LimitLedger([:], at: now)
        let places = (0..<3).compactMap { _ in
            if case .booked(let booked, _) = ledger.book(charge) { booked.places[.sms] } else { nil }
        }
        // It is 14:13:20 then.
        #expect(places.map { Timestamp.text($0).dropFirst(11).prefix(5) } == ["14:13", "21:00", "22:00"])
    }

    @Test func whatIsLongPastIsForgottenAndWhatWaitsIsBounded() throws {
        let account = LimitCharge.Account(tenant: "t1", userId: "u42", channel: .email)
        var ledger = LimitLedger([account: [moment(-1800), moment(-3600)]], at: now)
        let charge = try #require(try accepted(Self.hourly).charge)
        _ = ledger.book(charge)
        #expect(ledger.times[account] == [moment(-1800), now])

        let many = (0..<1000).map { moment(Double($0) * 3600) }
        var full = LimitLedger([account: many], at: now)
        let waiting = try #require(
            try accepted(
                #"{"limits":{"email":{"count":1,"per":"1h"}},"overLimit":"defer"}"#, #"{"expiresIn":"30d"}"#
            ).charge)
        guard case .refused = full.book(waiting) else {
            Issue.record("no more than 1,000 wait")
            return
        }
    }
}
