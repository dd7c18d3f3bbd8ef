// Takes the items of an order from the stock.
const stock = { apple: 100, bread: 20, cake: 3 };

class SoldOut extends Error {
  constructor(item) {
    super(`there are only ${stock[item]} of ${item}`);
    this.name = 'SoldOut'; // what Retry and Catch see
  }
}

exports.handler = async (event) => {
  for (const [item, count] of Object.entries(event.items)) {
    if (count > stock[item]) throw new SoldOut(item);
  }
  for (const [item, count] of Object.entries(event.items)) stock[item] -= count;
  return { reserved: event.items, left: stock };
};
