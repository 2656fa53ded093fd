import Foundation
import NIOHTTP1
public import Notifications

/// Texts by name, that notifications are made of.
extension BelfryClient {
    /// Keeps a new version of a template; what is there already stays the version that it is.
    /// - Parameters:
    ///   - content: `{"channels":{"email":{"default":{"subject":…}}},"layout"?,"sample"?}`: by channel and language the
    ///     members that the channel's overrides have, each string of them in Mustache.
    ///   - activates: whether it is the one that is used from now on.
    public func putTemplate(
        _ name: String, _ content: JSONObject, activates: Bool = true
    ) async throws -> TemplateReport {
        var body = content
        body["activate"] = .bool(activates)
        return try await call(
            .PUT, BelfryClient.path("templates", name), body: .object(body), as: TemplateReport.init)
    }

    /// A template with all that it says; without a version the active one.
    public func template(_ name: String, version: Int? = nil) async throws -> TemplateReport {
        let query = [URLQueryItem(name: "version", value: version.map { "\($0)" })]
        return try await call(.GET, BelfryClient.path("templates", name), query: query, as: TemplateReport.init)
    }

    /// One page of templates by name.
    public func templates(limit: Int = 20, after: String? = nil) async throws -> Page<TemplateReport> {
        try await page("/v1/templates", limit: limit, after: after, of: TemplateReport.init)
    }

    /// One page of a template's versions, newest first.
    public func templateVersions(
        of name: String, limit: Int = 20, after: String? = nil
    ) async throws -> Page<TemplateReport> {
        let path = BelfryClient.path("templates", name, "versions")
        return try await page(path, limit: limit, after: after, of: TemplateReport.init)
    }

    /// Has a version used from now on.
    public func activateTemplate(_ name: String, version: Int) async throws {
        let body: JSON = ["version": JSON(version)]
        _ = try await call(.POST, BelfryClient.path("templates", name, "activate"), body: body)
    }

    /// Tells what a template would say; nothing is stored or sent.
    /// - Parameter sample: `{"data"?,"recipient"?,"locale"?,"channels"?,"version"?}`.
    /// - Returns: `{"name","version","channels":{"email":{…}},"problems":[{"channel","field","code","detail"}]}`.
    public func previewTemplate(_ name: String, with sample: JSONObject = JSONObject()) async throws -> JSON {
        try await call(.POST, BelfryClient.path("templates", name, "preview"), body: .object(sample)).body
    }

    /// Removes all versions of a template, whose numbers are not used again.
    public func removeTemplate(_ name: String) async throws {
        _ = try await call(.DELETE, BelfryClient.path("templates", name))
    }
}
