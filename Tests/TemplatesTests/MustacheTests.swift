import Notifications
import Testing

@testable import Templates

/// What Mustache says of values, sections, partials and white space.
@Suite struct MustacheTests {
    @Test(
        arguments: [
            ("Hello {{name}}!", ["name": "Ada"], "Hello Ada!"),
            ("{{ name }}", ["name": "Ada"], "Ada"),
            ("{{n}} {{f}} {{b}}", ["n": 7, "f": .number("1.50"), "b": false], "7 1.50 false"),
            ("{{a.b.c}}", ["a": ["b": ["c": "deep"]]], "deep"),
            ("{{! nothing }}x{{!\n at all}}", [:], "x"),
            ("{{name}}", ["name": "<&\"'>"], "<&\"'>"),
            ("{ {name} }}", [:], "{ {name} }}"),
            ("", [:], ""),
            ("å{{name}}ö", ["name": "ä"], "åäö"),
        ] as [(String, JSON, String)])
    func valuesArePrinted(text: String, data: JSON, result: String) throws {
        #expect(try rendered(text, data) == result)
    }

    @Test(
        arguments: [
            ("{{#a}}yes{{/a}}{{^a}}no{{/a}}", ["a": true], "yes"),
            ("{{#a}}yes{{/a}}{{^a}}no{{/a}}", ["a": false], "no"),
            ("{{#a}}yes{{/a}}{{^a}}no{{/a}}", ["a": nil], "no"),
            ("{{#a}}yes{{/a}}{{^a}}no{{/a}}", [:], "no"),
            ("{{#a}}yes{{/a}}{{^a}}no{{/a}}", ["a": ""], "no"),
            ("{{#a}}yes{{/a}}{{^a}}no{{/a}}", ["a": []], "no"),
            ("{{#a}}yes{{/a}}{{^a}}no{{/a}}", ["a": 0], "yes"),
            ("{{#a}}yes{{/a}}{{^a}}no{{/a}}", ["a": [:]], "yes"),
            ("{{#a.b.c}}yes{{/a.b.c}}{{^a.b.c}}no{{/a.b.c}}", ["a": ["b": 1]], "no"),
            ("{{#items}}{{name}},{{/items}}", ["items": [["name": "a"], ["name": "b"]]], "a,b,"),
            ("{{#list}}({{.}}){{/list}}", ["list": ["a", 1, true]], "(a)(1)(true)"),
            ("{{#list}}{{#.}}{{.}}{{/.}};{{/list}}", ["list": [[1, 2], [3]]], "12;3;"),
            ("{{#name}}Hello {{.}}{{/name}}", ["name": "Ada"], "Hello Ada"),
            ("{{#a}}{{b}}{{c}}{{/a}}", ["a": ["b": 1], "b": 2, "c": 3], "13"),
            ("{{#a}}{{#b}}{{x}}{{y}}{{/b}}{{/a}}", ["a": ["x": 1], "b": ["y": 2]], "12"),
            ("{{#a}}{{b.c}}{{/a}}", ["a": ["b": ["c": "in"]], "b": ["c": "out"]], "in"),
        ] as [(String, JSON, String)])
    func sectionsAreForWhatIsThere(text: String, data: JSON, result: String) throws {
        #expect(try rendered(text, data) == result)
    }

    /// A dotted name is found where its first part is, or nowhere.
    @Test func innerObjectHidesTheOuterOneOfItsName() throws {
        #expect(
            try rendered("{{#a}}{{b.c}}{{/a}}", ["a": ["b": ["d": 1]], "b": ["c": "out"]]) == "data.a.b.c missing")
    }

    @Test(arguments: [
        ("a\n{{#x}}\nb\n{{/x}}\nc\n", "a\nb\nc\n"),
        ("a\r\n{{#x}}\r\nb\r\n{{/x}}\r\nc", "a\r\nb\r\nc"),
        ("  {{#x}}\nb\n\t{{/x}}", "b\n"),
        ("a\n  {{! said aside }}\nb", "a\nb"),
        ("{{#x}} {{/x}}\nb", " \nb"),
        ("a {{#x}}\nb{{/x}}\n", "a \nb\n"),
        ("  {{y}}\nb", "  1\nb"),
        ("a\n{{> p}}\nb", "a\n[1]b"),
        ("a {{> p}} b", "a [1] b"),
    ])
    func linesOfATagAloneAreNotPrinted(text: String, result: String) throws {
        #expect(try rendered(text, ["x": true, "y": 1], partials: ["p": "[{{y}}]"]) == result)
    }

    @Test func partialSeesTheSectionItStandsIn() throws {
        let partials = ["row": "{{name}}{{#rows}}({{> row}}){{/rows}}"]
        let data: JSON = ["rows": [["name": "a", "rows": [["name": "b", "rows": []]]], ["name": "c", "rows": []]]]
        #expect(try rendered("{{#rows}}{{> row}};{{/rows}}", data, partials: partials) == "a(b);c;")
    }

    @Test(arguments: [
        ("{{orderId}}", "data.orderId missing"),
        ("{{orderId}}{{orderId}}", "data.orderId missing"),
        ("{{none}}", "data.none missing"),
        ("{{order.id}}{{order.none}}", "data.order.none missing"),
        ("{{#order}}{{none}}{{/order}}", "data.order.none missing"),
        ("{{#items}}{{price}}{{/items}}", "data.items[1].price missing"),
        ("{{#items}}{{order.none}}{{/items}}", "data.order.none missing"),
        ("{{#list}}{{none}}{{/list}}", "data.none missing"),
        ("{{order}}", "data.order wrongType"),
        ("{{items}}", "data.items wrongType"),
        ("{{.}}", "data missing"),
        ("{{recipient.name}}", "recipient.name missing"),
        ("{{recipient}}", "recipient wrongType"),
        ("{{> gone}}", "template invalid"),
        ("{{a}}{{b}}", "data.a missing, data.b missing"),
    ])
    func whatCannotBePrintedIsNamed(text: String, problems: String) throws {
        let data: JSON = [
            "none": nil, "order": ["id": 1, "none": nil], "items": [["price": 2], ["name": "x"]], "list": ["a"],
        ]
        #expect(try rendered(text, data) == problems)
    }

    @Test func recipientIsNoMemberOfTheData() throws {
        let recipient: JSON = ["name": "Ada"]
        #expect(try rendered("{{recipient.name}}", ["recipient": ["name": "x"]], recipient: recipient) == "Ada")
    }

    @Test(arguments: [
        ("a\nb {{name", "line 2, column 3: the tag is never closed"),
        ("åö{{#a}}", "line 1, column 3: the section a is never closed"),
        ("{{#a}}{{/b}}", "line 1, column 7: this closes no section that is open"),
        ("{{/a}}", "line 1, column 1: this closes no section that is open"),
        ("{{}}", "line 1, column 1: this is not the name of a value"),
        ("{{a b}}", "line 1, column 1: this is not the name of a value"),
        ("{{a..b}}", "line 1, column 1: this is not the name of a value"),
        ("{{#a|b}}{{/a|b}}", "line 1, column 1: this is not the name of a value"),
        ("{{{a}}}", "line 1, column 1: values are always escaped; only a layout's html has {{{content}}}"),
        ("{{& a}}", "line 1, column 1: values are always escaped; only a layout's html has {{{content}}}"),
        ("{{{content}}}", "line 1, column 1: values are always escaped; only a layout's html has {{{content}}}"),
        ("{{=<% %>=}}", "line 1, column 1: other delimiters are not supported"),
        ("{{< a}}{{/a}}", "line 1, column 1: blocks are not supported"),
        ("{{> ../a}}", "line 1, column 1: this is not the name of a template"),
    ])
    func syntaxIsJudgedWithItsPlace(text: String, description: String) {
        let error = #expect(throws: MustacheSyntaxError.self) { _ = try MustacheParser.parse(text, as: .text) }
        #expect(error?.description == description)
    }

    /// Each section is closed at the cost of what is in it, and not of all that stands before it.
    @Test func manySectionsStandInTheirOrder() throws {
        let text = "<{{#a}}[{{#b}}{{x}}{{/b}}{{^b}}-{{/b}}]{{/a}}>"
        let many = String(repeating: text, count: 200)
        let data: JSON = ["a": [["b": true, "x": 1], ["b": false], ["b": [["x": 2], ["x": 3]]]]]
        #expect(try rendered(many, data) == String(repeating: "<[1][-][23]>", count: 200))
    }

    @Test func sectionsHaveADepth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "{{#a}}", count: depth) + "x" + String(repeating: "{{/a}}", count: depth)
        }
        #expect(try rendered(nested(32), ["a": true]) == "x")
        #expect(throws: MustacheSyntaxError.self) { _ = try MustacheParser.parse(nested(33), as: .text) }
    }
}
