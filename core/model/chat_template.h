// SPDX-License-Identifier: GPL-3.0-or-later
// Chat templates: how a model wants a conversation written down. They are programs in the language Jinja that come with
// the model; the part of it that templates of the Llama family use is run here, with the results of transformers'
// apply_chat_template (tests/golden/make_chat_golden.py). Anything else is refused by name, never guessed. Untrusted:
// time, memory and depth are bounded (core/model/jinja_render.h). Immutable; any thread.
#pragma once

#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/model/tokenizer.h"

namespace kelter {

struct ChatMessage {
  std::string role;      // "system", "user", "assistant"
  std::string content;
};

struct ChatOptions {
  bool add_generation_prompt = true;   // end with the beginning of the assistant's turn
  Json variables = Json::object();     // what else the template may use: bos_token, eos_token, tools
  std::optional<std::tm> now;          // for strftime_now; default: today, local time
};

class ChatTemplate {
 public:
  // `origin` is the file, for messages. Error(unsupported) names what Kelter does not know and its line,
  // Error(file_malformed) what is wrong in the text.
  explicit ChatTemplate(std::string_view text, std::string origin = "chat template");
  ~ChatTemplate();

  // Error(invalid_data) with the template's own words where it refuses the conversation, or with what failed and its
  // line; Error(unsupported) for what shows only in running.
  std::string render(const std::vector<ChatMessage>& messages, const ChatOptions& options = {}) const;

 private:
  struct Impl;
  std::unique_ptr<const Impl> impl_;
};

// The template of a tokenizer, for many conversations; Error(unsupported) when the model has none. And the options with its
// special tokens as variables.
ChatTemplate chat_template_of(const Tokenizer& tokenizer);
ChatOptions with_special_tokens(const Tokenizer& tokenizer, ChatOptions options = {});
// One conversation with both.
std::string render_chat(const Tokenizer& tokenizer, const std::vector<ChatMessage>& messages, ChatOptions options = {});
// Ids of rendered text; the model's BOS is put before it only where the template did not write it.
std::vector<std::int32_t> encode_chat(const Tokenizer& tokenizer, const std::string& rendered);
// The tokens that end an assistant's turn, beside EOS: special tokens with the names that chat models use.
std::vector<std::int32_t> end_of_turn_ids(const Tokenizer& tokenizer);

}  // namespace kelter
