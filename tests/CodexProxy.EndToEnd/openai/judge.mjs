// Plays one check with OpenAI's own JavaScript client and prints one line of JSON about it.
// usage: node judge.mjs CHECK BASE_URL
import OpenAI from 'openai';
import { standardResponseFormat, standardTextFormat } from 'openai/helpers/standard-schema';
import { ResponsesWS } from 'openai/resources/responses/ws';

const [check, baseURL] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey: 'any', maxRetries: 0, timeout: 30_000 });
const model = 'gpt-5.5';
const input = 'Hello.';
const messages = [{ role: 'user', content: 'Hello.' }];
const parameters = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};
const weather = { sun: 'Berlin', rain: 'Oslo' };
const weatherIn = ({ city }) => Object.keys(weather).find((key) => weather[key] === city);
const responsesTool = { type: 'function', name: 'get_weather', parameters, strict: false };

// The least of a validator that the client's helpers for schemas take.
const place = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) => (typeof value.city === 'string' ? { value } : { issues: [{ message: 'no city' }] }),
    jsonSchema: { input: () => parameters, output: () => parameters },
  },
};

async function failure(action) {
  try {
    await action();
    return { name: 'none' };
  } catch (error) {
    const { status, code, type, param, message } = error;
    return { name: error.constructor.name, status, code, type, param, message };
  }
}

async function drain(stream) {
  const events = [];
  for await (const event of stream) events.push(event);
  return events;
}

const outputs = (response) =>
  response.output
    .filter((item) => item.type === 'function_call')
    .map((call) => ({
      type: 'function_call_output',
      call_id: call.call_id,
      output: weatherIn(JSON.parse(call.arguments)),
    }));

const checks = {
  async chatWhole() {
    const answer = await client.chat.completions.create({ model, messages, reasoning_effort: 'low' });
    return { answer };
  },

  async chatStream() {
    const chunks = await drain(
      await client.chat.completions.create({ model, messages, stream: true, stream_options: { include_usage: true } }),
    );
    return {
      text: chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join(''),
      usage: chunks.at(-1).usage,
      finish: chunks.findLast((chunk) => chunk.choices.length > 0).choices[0].finish_reason,
    };
  },

  async chatStreamHelper() {
    const stream = client.chat.completions.stream({ model, messages });
    const parts = [];
    stream.on('content', (part) => parts.push(part));
    return { message: await stream.finalMessage(), parts: parts.join(''), completion: await stream.finalChatCompletion() };
  },

  chatToolsWhole: () => runTools(false),
  chatToolsStreamed: () => runTools(true),

  async chatParse() {
    const format = standardResponseFormat(place, 'place');
    const answer = await client.chat.completions.parse({ model, messages, response_format: format });
    return { parsed: answer.choices[0].message.parsed };
  },

  async responsesWhole() {
    const response = await client.responses.create({ model, input, instructions: 'Be short.' });
    return { text: response.output_text, response };
  },

  async responsesStream() {
    const stream = client.responses.stream({ model, input, reasoning: { summary: 'auto' } });
    const deltas = [];
    const kinds = [];
    stream.on('event', (event) => kinds.push(event.type));
    stream.on('response.output_text.delta', (event) => deltas.push(event.delta));
    const response = await stream.finalResponse();
    return { text: response.output_text, deltas: deltas.join(''), first: kinds[0], last: kinds.at(-1), response };
  },

  async responsesParse() {
    const response = await client.responses.parse({ model, input, text: { format: standardTextFormat(place, 'place') } });
    return { parsed: response.output_parsed };
  },

  async responsesTools() {
    const history = [{ role: 'user', content: 'Weather in both?' }];
    const ask = () => client.responses.create({ model, input: history, tools: [responsesTool], store: false });
    let response = await ask();
    history.push(...response.output, ...outputs(response));
    const calls = outputs(response).map((output) => output.output);
    response = await ask();
    return { calls, text: response.output_text };
  },

  async responsesPrevious() {
    const tools = [responsesTool];
    const first = await client.responses.create({ model, input, tools, store: true });
    const second = await client.responses
      .stream({ model, input: outputs(first), tools, previous_response_id: first.id })
      .finalResponse();
    const fetched = await client.responses.retrieve(first.id);
    const items = await drain(client.responses.inputItems.list(first.id));
    const count = await client.responses.inputTokens.count({ model, input });
    await client.responses.delete(first.id);
    const gone = await failure(() => client.responses.retrieve(first.id));
    return {
      text: second.output_text,
      previous: second.previous_response_id === first.id,
      fetched: fetched.id === first.id,
      items: items.length,
      count: count.input_tokens,
      gone,
    };
  },

  async responsesSocket() {
    const socket = new ResponsesWS(client);
    const turn = async (request) => {
      socket.send({ type: 'response.create', model, tools: [responsesTool], ...request });
      for await (const event of socket.stream()) {
        if (event.type === 'error') throw event.error;
        if (event.message?.type === 'response.completed') return event.message.response;
      }
      throw new Error('The socket closed.');
    };
    const first = await turn({ input });
    const second = await turn({ input: outputs(first), previous_response_id: first.id });
    const refused = await failure(() => turn({ input, previous_response_id: 'resp_none' }));
    socket.close();
    return { text: second.output.at(-1).content[0].text, refused };
  },

  async models() {
    const ids = (await drain(client.models.list())).map((each) => each.id);
    return { known: ids.includes(model), one: (await client.models.retrieve(model)).id };
  },

  chatSpent: () => failure(() => client.chat.completions.create({ model, messages })),
  responsesSpent: () => failure(() => client.responses.create({ model, input })),
  chatUnknownModel: () => failure(() => client.chat.completions.create({ model: 'no-such', messages })),
  responsesUnknownModel: () => failure(() => client.responses.create({ model: 'no-such', input })),
  chatInvalid: () => failure(() => client.chat.completions.create({ model, messages: [{ role: 'user', content: 7 }] })),
  responsesInvalid: () => failure(() => client.responses.create({ model, input: [{ role: 'user', content: 7 }] })),
  chatOverloaded: () => failure(() => client.chat.completions.create({ model, messages })),
  chatCut: () => failure(() => client.chat.completions.stream({ model, messages }).finalMessage()),
  responsesCut: () => failure(() => client.responses.stream({ model, input }).finalResponse()),
};

async function runTools(stream) {
  const asked = [];
  const tool = {
    type: 'function',
    function: {
      name: 'get_weather',
      description: 'Tells the weather.',
      parameters,
      parse: JSON.parse,
      function: (place) => {
        asked.push(place.city);
        return weatherIn(place);
      },
    },
  };
  const runner = client.chat.completions.runTools({ model, messages, stream, tools: [tool] });
  return { text: await runner.finalContent(), asked, usage: await runner.totalUsage() };
}

console.log(JSON.stringify(await checks[check]()));
