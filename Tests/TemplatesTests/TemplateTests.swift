import Notifications
import Testing

@testable import Templates

@Suite struct TemplateTests {
    private func problems(_ body: JSON) throws -> [String] {
        let fields = Fields(try #require(body.object))
        _ = Template(fields)
        return fields.problems.map { "\($0.field) \($0.code)" }
    }

    @Test(
        arguments: [
            ([:], ["channels missing"]),
            (["channels": [:]], ["channels invalid"]),
            (["channels": ["sms": nil]], ["channels invalid"]),
            (["channels": ["fax": [:]]], ["channels.fax unknown"]),
            (["channels": ["sms": [:]]], ["channels.sms invalid"]),
            (["channels": ["sms": "x"]], ["channels.sms wrongType"]),
            (["channels": ["sms": ["default": "x"]]], ["channels.sms.default wrongType"]),
            (["channels": ["sms": ["default": nil]]], ["channels.sms.default wrongType"]),
            (["channels": ["sms": ["default": [:]]]], ["channels.sms.default invalid"]),
            (["channels": ["sms": ["sv_SE": ["body": "x"], "sv-se": ["body": "x"]]]], ["channels.sms.sv-se conflict"]),
            (["channels": ["sms": ["s v": ["body": "x"]]]], ["channels.sms.s v invalid"]),
            (["channels": ["sms": ["default": ["body": "{{x"]]]], ["channels.sms.default.body invalid"]),
            (
                ["channels": ["chat": ["default": ["slack": ["blocks": [["text": "{{/x}}"]]]]]]],
                ["channels.chat.default.slack.blocks[0].text invalid"]
            ),
            (
                ["channels": ["sms": ["default": ["body": "x"]]], "layout": "a/b", "sample": 7, "colour": "red"],
                ["colour unknown", "layout invalid", "sample wrongType"]
            ),
        ] as [(JSON, [String])])
    func everyBadMemberIsNamed(body: JSON, lines: [String]) throws {
        #expect(try problems(body) == lines)
    }

    @Test func placeOfASyntaxErrorIsTold() throws {
        let fields = Fields(
            try #require((["channels": ["sms": ["default": ["body": "a\nb {{#x}}"]]]] as JSON).object))
        _ = Template(fields)
        #expect(fields.problems.map(\.message) == ["line 2, column 3: the section x is never closed"])
    }

    @Test(
        arguments: [
            ("sv-SE", "sv-se"), ("SV_se", "sv-se"), ("sv-SE-x-klarna", "sv-se"), ("sv-FI", "sv"), ("sv", "sv"),
            ("en", "default"), (nil, "default"), ("", "default"), ("svx", "default"),
        ] as [(String?, String)])
    func languageFallsBackStepByStep(locale: String?, expected: String) throws {
        let set = try makeSet([
            "main": [
                "channels": [
                    "sms": ["default": ["body": "default"], "sv": ["body": "sv"], "sv-SE": ["body": "sv-se"]]
                ]
            ]
        ])
        #expect(set.said(.sms, locale: locale) == ["body": .string(expected)])
    }

    @Test func languageThatIsNotThereIsAProblemWithoutADefault() throws {
        let set = try makeSet(["main": ["channels": ["sms": ["sv": ["body": "hej"]]]]])
        #expect(set.said(.sms, locale: "sv-FI") == ["body": "hej"])
        #expect(set.said(.sms, locale: "fi") == ["locale invalid"])
        #expect(set.said(.sms) == ["locale invalid"])
    }

    @Test func membersAreRenderedHoweverDeepAndOthersAreKept() throws {
        let set = try makeSet([
            "main": [
                "channels": [
                    "webhook": [
                        "default": [
                            "body": "{{a}}",
                            "payload": [
                                "list": ["{{a}}", 1, nil, true], "url": "https://x.example/{{a}}", "n": .number("1.50"),
                            ],
                        ]
                    ],
                    "push": ["default": ["title": "{{#gone}}x{{/gone}}", "body": "{{a}}", "badge": 3]],
                ]
            ]
        ])
        #expect(
            set.said(.webhook, ["a": "\"}/"]) == [
                "body": "\"}/",
                "payload": [
                    "list": ["\"}/", 1, nil, true], "url": "https://x.example/%22%7D%2F", "n": .number("1.50"),
                ],
            ])
        #expect(set.said(.push, ["a": "x"]) == ["body": "x", "badge": 3], "what renders to nothing is left out")
    }

    @Test func recipientIsSeenByItsAttributesAndItsOwnNames() throws {
        let set = try makeSet([
            "main": [
                "channels": [
                    "sms": ["default": ["body": "{{recipient.name}} {{recipient.userId}} {{recipient.locale}}"]]
                ]
            ]
        ])
        var ada = Recipient(userId: "u42")
        ada.attributes = JSONObject([("name", "Ada"), ("userId", "mine")])
        ada.locale = "sv"
        #expect(set.said(.sms, to: ada) == ["body": "Ada u42 sv"])
        #expect(set.said(.sms) == ["to.attributes.name missing", "to.locale missing"])
    }

    @Test func layoutIsPutAroundTheHTMLOnly() throws {
        let set = try makeSet([
            "main": [
                "channels": ["email": ["default": ["subject": "S", "text": "{{x}}", "html": "<b>{{x}}</b>"]]],
                "layout": "shop",
            ],
            "shop": [
                "channels": [
                    "email": [
                        "default": ["html": "<i>{{x}}{{{content}}}</i>{{> foot}}"], "sv": ["html": "sv{{{content}}}"],
                    ]
                ],
                "layout": "outer",
            ],
            "outer": ["channels": ["email": ["default": ["html": "<html>{{{content}}}</html>"]]]],
            "foot": ["channels": ["email": ["default": ["html": "<u>{{x}}</u>"]]]],
        ])
        #expect(
            set.said(.email, ["x": "&"]) == [
                "subject": "S", "text": "&", "html": "<html><i>&amp;<b>&amp;</b></i><u>&amp;</u></html>",
            ])
        #expect(set.said(.email, ["x": "&"], locale: "sv")["html"] == "<html>sv<b>&amp;</b></html>")
        #expect(set.said(.email) == ["data.x missing"])
    }

    @Test func layoutThatIsMissingOrEndlessIsAProblem() throws {
        let part: JSON = ["email": ["default": ["html": "a{{{content}}}"]]]
        let missing: JSON = ["channels": ["email": ["default": ["html": "x"]]], "layout": "gone"]
        #expect(try makeSet(["main": missing]).said(.email) == ["template invalid"])
        let endless: JSON = ["channels": part, "layout": "ring"]
        #expect(try makeSet(["main": missing, "gone": endless, "ring": endless]).said(.email) == ["template tooLong"])
        #expect(
            try makeSet(["main": ["channels": part]]).said(.email) == ["template invalid"], "a layout is no message")
    }

    @Test func partialIsTheSameMemberOfTheOtherTemplate() throws {
        let set = try makeSet([
            "main": [
                "channels": [
                    "email": ["default": ["subject": "{{> foot}}", "text": "{{> foot}}", "html": "{{> foot}}"]],
                    "sms": ["default": ["body": "{{> foot}}"]],
                    "chat": ["default": ["slack": ["blocks": ["{{> foot}}"]]]],
                    "push": ["default": ["body": "x", "link": "{{> foot}}"]],
                ]
            ],
            "foot": [
                "channels": [
                    "email": ["default": ["subject": "S", "text": "T", "html": "H"]], "sms": ["default": ["body": "B"]],
                    "chat": ["default": ["body": "C"]],
                    "push": ["default": ["body": "P"]],
                ]
            ],
        ])
        #expect(set.said(.email) == ["subject": "S", "text": "T", "html": "H"])
        #expect(set.said(.sms) == ["body": "B"])
        #expect(set.said(.chat) == ["slack": ["blocks": ["C"]]])
        #expect(set.said(.push) == ["template invalid"], "a body is no address")
        #expect(set.root.references == ["foot"])
    }
}
