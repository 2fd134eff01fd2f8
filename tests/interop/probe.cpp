// SPDX-License-Identifier: GPL-3.0-or-later
// What interop.py asks of Kelter.
//   interop-probe encode MODEL     a JSON string per line of stdin -> its ids, a JSON list per line
//   interop-probe chat MODEL       {"messages", "variables", "template"?} per line of stdin -> {"text"} or {"error"} per line
//   interop-probe logits MODEL     a JSON list of ids on stdin -> float32 logits of every position, raw bytes
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cstdio>
#include <iostream>

#include "core/base/error.h"
#include "core/model/chat_template.h"
#include "core/model/transformer.h"
#include "core/run/engine_thread.h"
#include "core/run/model_header.h"
#include "core/run/model_source.h"

using namespace kelter;

namespace {

void encode(const std::string& model) {
  const auto tokenizer = read_tokenizer(model);
  for (std::string line; std::getline(std::cin, line);)
    std::puts(Json(tokenizer->encode(Json::parse(line).get<std::string>(), true)).dump().c_str());
}

void chat(const std::string& model) {
  const std::string stored = read_tokenizer(model)->data().chat_template;
  for (std::string line; std::getline(std::cin, line);) {
    const Json asked = Json::parse(line);
    ChatOptions options;
    options.variables = asked["variables"];
    std::vector<ChatMessage> messages;
    for (const Json& message : asked["messages"]) messages.push_back({message["role"].get<std::string>(), message["content"].get<std::string>()});
    Json answer;
    try {
      answer["text"] = ChatTemplate(asked.value("template", stored)).render(messages, options);
    } catch (const Error& error) {
      answer["error"] = error.what();
    }
    std::puts(answer.dump().c_str());
  }
}

void logits(const std::string& model) {
  own_torch(2);
  const c10::NoGradGuard no_grad;
  const Transformer transformer(open_model(resolve_model(model)), at::kFloat);
  const auto ids = Json::parse(std::cin).get<std::vector<std::int64_t>>();
  const at::Tensor out = transformer.logits(transformer.forward(at::tensor(ids, at::kLong).unsqueeze(0))[0]).contiguous();
  std::fwrite(out.const_data_ptr(), 1, out.nbytes(), stdout);
}

}  // namespace

int main(int argc, char** argv) try {
  const std::string what = argc == 3 ? argv[1] : "";
  if (what == "encode") encode(argv[2]);
  else if (what == "chat") chat(argv[2]);
  else if (what == "logits") logits(argv[2]);
  else return std::fputs("usage: interop-probe encode|chat|logits MODEL\n", stderr), 2;
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
