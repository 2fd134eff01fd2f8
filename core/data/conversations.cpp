// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/conversations.h"

#include "core/base/error.h"
#include "core/data/json_lines.h"

namespace kelter {
namespace {

constexpr const char* remedy = "Change that line, or use the format jsonl, which takes one text of each line as it is.";

std::vector<ChatMessage> messages_of(const Json& list, const std::string& where) {
  if (!list.is_array() || list.empty())
    throw Error(ErrorCode::invalid_data, "The conversation has no messages", where, "\"messages\" is no list, or an empty one", remedy);
  std::vector<ChatMessage> messages;
  for (const Json& one : list) {
    const std::string here = where + ", message " + std::to_string(messages.size() + 1);
    if (!one.is_object()) throw Error(ErrorCode::invalid_data, "The message is not a JSON object", here, "", remedy);
    messages.push_back({text_member(one, "role", here), text_member(one, "content", here)});
  }
  return messages;
}

std::vector<ChatMessage> exchange(std::string question, std::string answer) {
  return {{"user", std::move(question)}, {"assistant", std::move(answer)}};
}

std::tm fixed_day() {
  std::tm day{};
  day.tm_year = 124;
  day.tm_mon = 6;
  day.tm_mday = 26;
  day.tm_wday = 5;
  day.tm_yday = 207;
  return day;
}

// The template's own errors do not know of the file, and their advice is for a prompt.
std::string written(const ChatTemplate& chat, const std::vector<ChatMessage>& messages, const ChatOptions& options, const std::string& where) {
  try {
    return chat.render(messages, options);
  } catch (const Error& error) {
    throw Error(error.info().code, error.info().what, where + ", " + error.info().where, error.info().why, remedy);
  }
}

}  // namespace

std::vector<ChatMessage> conversation_of(const Json& object, const std::string& where) {
  if (object.contains("messages")) return messages_of(object["messages"], where);
  if (object.contains("prompt")) return exchange(text_member(object, "prompt", where), text_member(object, "completion", where));
  if (!object.contains("instruction"))
    throw Error(ErrorCode::invalid_data, "The line is no conversation", where, "it has none of the keys messages, prompt and instruction", remedy);
  const std::string input = object.contains("input") ? text_member(object, "input", where) : std::string();
  return exchange(text_member(object, "instruction", where) + (input.empty() ? "" : "\n\n" + input), text_member(object, "output", where));
}

std::vector<std::string> load_conversations(const fs::path& file, const Tokenizer& tokenizer) {
  if (tokenizer.data().chat_template.empty())
    throw Error(ErrorCode::unsupported, "The model has no chat template", tokenizer.data().origin, "the text's format is chat",
                "Use the format jsonl, or a model that was made for conversations.");
  const ChatTemplate chat = chat_template_of(tokenizer);
  ChatOptions options = with_special_tokens(tokenizer);
  options.add_generation_prompt = false;
  options.now = fixed_day();
  std::vector<std::string> conversations;
  for_each_json_line(file, [&](const Json& object, const std::string& where) {
    conversations.push_back(written(chat, conversation_of(object, where), options, where));
  });
  return conversations;
}

}  // namespace kelter
