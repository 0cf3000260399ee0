-- Opens FILE in a Neovim that is configured as docs/editors.md says (CONFIG holds that block), asks what a
-- user asks, and prints the answers as JSON. LINE and COLUMN, from 0, are where the finding is.
vim.opt.swapfile = false

local answers = {}
local function fail(why)
  io.stderr:write(why .. "\n" .. vim.lsp.log.get_filename() .. "\n")
  vim.cmd("cquit 1")
end

vim.cmd("filetype plugin on")
dofile(vim.env.CONFIG)
vim.cmd.edit(vim.fn.fnameescape(vim.env.FILE))
local buffer = vim.api.nvim_get_current_buf()
local position = { line = tonumber(vim.env.LINE), character = tonumber(vim.env.COLUMN) }
local document = vim.lsp.util.make_text_document_params(buffer)

local function client()
  return vim.lsp.get_clients({ name = "stateaware", bufnr = buffer })[1]
end
local function wait(what, condition)
  if not vim.wait(30000, condition, 50) then
    fail("not within 30 s: " .. what)
  end
end
local function ask(method, parameters)
  parameters = vim.tbl_extend("keep", parameters, { textDocument = document })
  local answer, problem = client():request_sync(method, parameters, 10000, buffer)
  if not answer or answer.err then
    fail(method .. ": " .. vim.inspect(answer and answer.err or problem))
  end
  return answer.result
end
local function diagnostics()
  return vim.tbl_map(function(found)
    return { line = found.lnum, column = found.col, code = found.code, source = found.source,
             message = found.message, severity = found.severity }
  end, vim.diagnostic.get(buffer))
end

wait("attach", function() return client() ~= nil end)
answers.root = client().root_dir
wait("diagnostics", function() return #vim.diagnostic.get(buffer) > 0 end)
answers.diagnostics = diagnostics()

answers.hover = ask("textDocument/hover", { position = position }).contents.value

local there = vim.tbl_filter(function(found)
  return found.lnum == position.line and found.col == position.character
end, vim.diagnostic.get(buffer))
local actions = ask("textDocument/codeAction", {
  range = { start = position, ["end"] = position },
  context = { diagnostics = vim.tbl_map(function(found) return found.user_data.lsp end, there) },
}) or {}
answers.actions = vim.tbl_map(function(action) return action.title end, actions)

local wanted = vim.tbl_filter(function(action) return action.title:find(vim.env.ACTION, 1, true) end, actions)[1]
if wanted then
  if not wanted.edit then
    local resolved = client():request_sync("codeAction/resolve", wanted, 10000, buffer)
    wanted = resolved and resolved.result or wanted
  end
  vim.lsp.util.apply_workspace_edit(wanted.edit, client().offset_encoding)
  answers.line_after = vim.api.nvim_buf_get_lines(buffer, position.line, position.line + 1, true)[1]
  wait("the finding to go", function()
    for _, found in ipairs(vim.diagnostic.get(buffer)) do
      if found.lnum == position.line then
        return false
      end
    end
    return true
  end)
  answers.diagnostics_after = diagnostics()
end

answers.encoding = client().offset_encoding
local id = client().id
client():stop()
wait("the server to stop", function() return vim.lsp.get_client_by_id(id) == nil end)
io.stdout:write(vim.json.encode(answers) .. "\n")
vim.cmd("qall!")
