// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/chat_template.h"

#include <algorithm>
#include <array>

#include "core/base/error.h"
#include "core/base/units.h"
#include "core/model/jinja_render.h"
#include "core/model/utf8.h"

namespace kelter {
namespace {

using jinja::JinjaError;

[[noreturn]] void translate(const JinjaError& error, const std::string& origin) {
  const std::string where = origin + ", chat template" + (error.line > 0 ? ", line " + std::to_string(error.line) : "");
  switch (error.kind) {
    case JinjaError::Kind::malformed:
      throw Error(ErrorCode::file_malformed, "The chat template is no Jinja template", where, error.why, "Leave out --chat, or use another model.");
    case JinjaError::Kind::unsupported:
      throw Error(ErrorCode::unsupported, "The chat template uses " + error.why, where, "Kelter does not know that part of Jinja",
                  "Leave out --chat and write the prompt as the model wants it.");
    case JinjaError::Kind::refused:
      throw Error(ErrorCode::invalid_data, "The chat template refuses the conversation", where, printable(error.why, 500),
                  "Change the messages as it asks.");
    case JinjaError::Kind::failed: break;
  }
  throw Error(ErrorCode::invalid_data, "The chat template failed", where, error.why, "Leave out --chat, or use another model.");
}

std::tm today() {
  const std::time_t now = std::time(nullptr);
  std::tm local {};
  ::localtime_r(&now, &local);
  return local;
}

}  // namespace

struct ChatTemplate::Impl {
  std::string origin;
  jinja::Body body;
};

ChatTemplate::ChatTemplate(std::string_view text, std::string origin) {
  auto impl = std::make_unique<Impl>();
  impl->origin = std::move(origin);
  try {
    if (!is_utf8(text)) throw JinjaError(JinjaError::Kind::malformed, "it is not UTF-8");
    if (text.size() > 1'000'000) throw JinjaError(JinjaError::Kind::malformed, "it has more than a million bytes");
    impl->body = jinja::parse(text);
  } catch (const JinjaError& error) {
    translate(error, impl->origin);
  }
  impl_ = std::move(impl);
}

ChatTemplate::~ChatTemplate() = default;

std::string ChatTemplate::render(const std::vector<ChatMessage>& messages, const ChatOptions& options) const {
  Json variables = {{"messages", Json::array()}, {"tools", nullptr}, {"documents", nullptr}, {"add_generation_prompt", options.add_generation_prompt}};
  for (const ChatMessage& message : messages) variables["messages"].push_back({{"role", message.role}, {"content", message.content}});
  variables.update(options.variables);
  try {
    return jinja::render(impl_->body, variables, options.now ? *options.now : today());
  } catch (const JinjaError& error) {
    translate(error, impl_->origin);
  }
}

ChatTemplate chat_template_of(const Tokenizer& tokenizer) {
  const TokenizerData& data = tokenizer.data();
  if (data.chat_template.empty())
    throw Error(ErrorCode::unsupported, "The model has no chat template", data.origin, "it does not say how a conversation is written",
                "Leave out --chat, or use a model that was made for conversations.");
  return ChatTemplate(data.chat_template, data.origin);
}

ChatOptions with_special_tokens(const Tokenizer& tokenizer, ChatOptions options) {
  const TokenizerData& data = tokenizer.data();
  const std::array<std::pair<const char*, std::int64_t>, 4> special = {
      {{"bos_token", data.bos}, {"eos_token", data.eos}, {"unk_token", data.unknown}, {"pad_token", data.padding}}};
  for (const auto& [name, id] : special)
    if (id >= 0 && !options.variables.contains(name)) options.variables[name] = tokenizer.token_bytes(static_cast<std::int32_t>(id));
  return options;
}

std::string render_chat(const Tokenizer& tokenizer, const std::vector<ChatMessage>& messages, ChatOptions options) {
  return chat_template_of(tokenizer).render(messages, with_special_tokens(tokenizer, std::move(options)));
}

std::vector<std::int32_t> encode_chat(const Tokenizer& tokenizer, const std::string& rendered) {
  const std::int64_t bos = tokenizer.data().bos;
  const bool written = bos >= 0 && rendered.starts_with(tokenizer.token_bytes(static_cast<std::int32_t>(bos)));
  return tokenizer.encode(rendered, !written);
}

std::vector<std::int32_t> end_of_turn_ids(const Tokenizer& tokenizer) {
  static constexpr std::array<std::string_view, 9> names = {"<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<|end_of_text|>", "<|endoftext|>",
                                                            "<|end|>", "<|eot|>", "<end_of_turn>", "</s>"};
  const TokenizerData& data = tokenizer.data();
  std::vector<std::int32_t> ids;
  for (std::size_t id = 0; id < data.tokens.size(); ++id)
    if ((data.types[id] == 3 || data.types[id] == 4) && std::find(names.begin(), names.end(), data.tokens[id]) != names.end())
      ids.push_back(static_cast<std::int32_t>(id));
  return ids;
}

}  // namespace kelter
