import API
import ArgumentParser
import Notifications

struct OpenAPICommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "openapi", abstract: "Print the description of the API, in OpenAPI 3.1.",
        discussion: "The API itself answers it at /openapi.json, and shows it at /docs.")

    func run() throws {
        try Output.put(lines: [OpenAPIDocument.json.text])
    }
}
