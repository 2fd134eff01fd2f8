// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/application.h"

int main(int argc, char** argv) { return kelter::ui::run_window(argc, argv); }
