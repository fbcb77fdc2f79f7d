/** Two bans that no built-in rule of oxlint can express; tools/layers.ts says where they hold. */

const reportPower = (context, node) => {
  if (node.operator === '**' || node.operator === '**=')
    context.report({ node, message: 'engines round powers differently: multiply' });
};

const rules = {
  'no-power': {
    create: (context) => ({
      BinaryExpression: (node) => reportPower(context, node),
      AssignmentExpression: (node) => reportPower(context, node),
    }),
  },
  'no-computed-import': {
    create: (context) => ({
      ImportExpression(node) {
        if (node.source.type !== 'Literal')
          context.report({ node, message: 'no import rule sees what this loads: write the path as a plain string' });
      },
    }),
  },
};

export default { meta: { name: 'enlab' }, rules };
