import Documents
import HTTPTypes
import Hummingbird
import Notifications
import Templates

/// Texts by name, that notifications are made of.
struct TemplateEndpoints: Sendable {
    static let path = "/v1/templates/{name}"

    let bodies: BodyReader
    let store: TemplateStore
    let shelf: TemplateShelf
    /// Of one version.
    let maximumBytes: Int

    var all: [Endpoint] {
        [
            Endpoint(.get, "/v1/templates", .read, use: list),
            Endpoint(.put, TemplateEndpoints.path, .send, use: put),
            Endpoint(.get, TemplateEndpoints.path, .read, use: one),
            Endpoint(.delete, TemplateEndpoints.path, .send, use: remove),
            Endpoint(.get, "\(TemplateEndpoints.path)/versions", .read, use: versions),
            Endpoint(.post, "\(TemplateEndpoints.path)/activate", .send, use: activate),
            Endpoint(.post, "\(TemplateEndpoints.path)/preview", .read, use: preview),
        ]
    }

    /// Each change is a version of its own; what is there already stays the version that it is.
    private func put(_ call: Call) async throws -> Response {
        let name = try call.newTemplateName()
        let (request, bytes) = try await bodies.object(of: call.request)
        if bytes.count > maximumBytes { throw Problem.bodyTooLarge("A template", limit: maximumBytes) }
        let own = Fields(request)
        let activates = own.bool("activate") ?? true
        var body = request
        body["activate"] = nil
        let fields = Fields(body)
        _ = Template(fields)
        let problems = own.problems + fields.problems + TemplateCheck.problems(ofSource: body)
        if !problems.isEmpty { throw Problem.invalid(problems.withoutRepeats) }
        let (template, isNew) = try await store.put(
            .object(body), name: name, tenant: call.tenant, activates: activates)
        return Response(json: template.json, status: isNew ? .created : .ok)
    }

    private func one(_ call: Call) async throws -> Response {
        let version = try call.templateVersion()
        guard let template = try await store.template(call.templateName(), version: version, tenant: call.tenant)
        else { throw Problem.notFound }
        return Response(json: template.json)
    }

    private func list(_ call: Call) async throws -> Response {
        let page = try await store.page(
            tenant: call.tenant, after: call.after { $0.words.count == 1 ? $0.words[0] : nil }, limit: call.limit())
        return Response(json: [
            "items": .array(page.items.map(\.json)), "next": JSON(page.next.map { Cursor([$0]).text }),
        ])
    }

    private func versions(_ call: Call) async throws -> Response {
        let (name, after) = (try call.templateName(), try call.after { Int($0.words.joined()) })
        let page = try await store.versions(of: name, tenant: call.tenant, after: after, limit: call.limit())
        if page.items.isEmpty, after == nil { throw Problem.notFound }
        return Response(json: [
            "items": .array(page.items.map(\.json)), "next": JSON(page.next.map { Cursor(["\($0)"]).text }),
        ])
    }

    private func activate(_ call: Call) async throws -> Response {
        let name = try call.templateName()
        let fields = try await bodies.fields(of: call)
        fields.allow(["version"])
        let version = fields.templateVersion
        if version == nil, fields.problems.isEmpty { fields.note("version", .missing, "is required") }
        guard let version, fields.problems.isEmpty else { throw Problem.invalid(fields.problems) }
        guard try await store.activate(name, version: version, tenant: call.tenant) else { throw Problem.notFound }
        return Response(status: .noContent)
    }

    private func remove(_ call: Call) async throws -> Response {
        guard try await store.remove(call.templateName(), tenant: call.tenant) else { throw Problem.notFound }
        return Response(status: .noContent)
    }

    private func preview(_ call: Call) async throws -> Response {
        let name = try call.templateName()
        let fields = try await bodies.fields(of: call)
        let preview = TemplatePreview(fields)
        try fields.check()
        let choice = TemplateChoice(name: name, version: preview.version)
        guard let set = try await shelf.set(choice, tenant: call.tenant) else { throw Problem.notFound }
        return Response(json: preview.answer(set, maximumBytes: maximumBytes))
    }
}

extension Call {
    /// The template that the path names; what cannot be a name names none.
    fileprivate func templateName() throws -> String {
        let name = try text("name", field: "name", maximum: TemplateChoice.maximumNameBytes)
        guard TemplateChoice.isName(name) else { throw Problem.notFound }
        return name
    }

    fileprivate func newTemplateName() throws -> String {
        let name = try text("name", field: "name", maximum: TemplateChoice.maximumNameBytes)
        if TemplateChoice.isName(name) { return name }
        throw Problem.invalid(
            "name", .invalid, "must be of letters, digits, '.', '_' and '-', and begin with a letter or digit")
    }

    fileprivate func templateVersion() throws -> Int? {
        guard query("version") != nil else { return nil }
        return try query("version", in: 1...Int(Int32.max), default: 1)
    }
}

extension Fields {
    var templateVersion: Int? { integer("version", in: 1...Int(Int32.max)) }
}

extension [FieldProblem] {
    /// Each once, in their order: one place may be looked at twice.
    fileprivate var withoutRepeats: [FieldProblem] {
        var seen: Set<FieldProblem> = []
        return filter { seen.insert($0).inserted }
    }
}
