// SPDX-License-Identifier: GPL-3.0-or-later
// kelter-cli tokenize MODEL --text TEXT
#include "core/base/units.h"
#include "core/cli/command.h"
#include "core/run/model_header.h"

namespace kelter {
namespace {

struct Arguments {
  std::string model, text;
};

// A token's bytes inside quotes; those of a part of a character as \xNN.
std::string shown_token(const std::string& bytes) { return "\"" + printable(bytes, bytes.size()) + "\""; }

int tokenize(const Arguments& arguments, Console& console) {
  const auto tokenizer = read_tokenizer(arguments.model);
  const std::vector<std::int32_t> ids = tokenizer->encode(arguments.text);
  Json tokens = Json::array();
  std::string lines;
  for (const std::int32_t id : ids) {
    const std::string bytes = tokenizer->token_bytes(id);
    tokens.push_back(bytes);
    lines += std::to_string(id) + "\t" + shown_token(bytes) + "\n";
  }
  if (console.json()) console.document({{"model", arguments.model}, {"text", arguments.text}, {"count", ids.size()}, {"ids", ids}, {"tokens", std::move(tokens)}});
  console.text(lines);
  return 0;
}

}  // namespace

Command declare_tokenize(CLI::App& app) {
  CLI::App* command = add_command(app, "tokenize", "Show the tokens of a text.", "MODEL --text TEXT [OPTION]...",
                                  {"kelter-cli tokenize store:smollm2-135m-instruct --text \"Hello, world!\""});
  auto arguments = std::make_shared<Arguments>();
  add_model(command, "MODEL", arguments->model);
  add_option(command, "--text", arguments->text, "TEXT", "The text, as UTF-8.")->required();
  return {command, [arguments](Console& console) { return tokenize(*arguments, console); }};
}

}  // namespace kelter
